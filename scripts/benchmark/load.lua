-- Builds the requests of wrk and prints the results as one line of JSON.
-- `{n}` in LOAD_BODY is replaced with a number that is unique for each request of each LOAD_RUN.
-- The file LOAD_REQUESTS, if set, has a line PATH<tab>AUTHORIZATION[<tab>HEADER: VALUE<tab>BODY] for each request; they
-- are sent in turn.

local file = os.getenv("LOAD_REQUESTS")
local threads = 0

wrk.method = os.getenv("LOAD_METHOD")
wrk.body = os.getenv("LOAD_BODY")

function setup(thread)
    thread:set("number", threads)
    threads = threads + 1
end

-- Without these functions wrk repeats one request, which costs less.
if file then
    local requests, at = {}, 0

    function init()
        for line in io.lines(file) do
            local path, authorization, name, value, body = line:match("([^\t]*)\t([^\t]*)\t?([^:]*):? ?([^\t]*)\t?(.*)")
            local headers = {}
            if authorization ~= "" then headers["Authorization"] = authorization end
            if name ~= "" then headers[name] = value end
            requests[#requests + 1] = wrk.format(nil, path, headers, body ~= "" and body or nil)
        end
        -- Each thread begins at a different line.
        at = number * math.floor(#requests / 2)
    end

    function request()
        at = at % #requests + 1
        return requests[at]
    end
end

if wrk.body and wrk.body:find("{n}", 1, true) then
    local body, sent = wrk.body, 0

    function request()
        sent = sent + 1
        local text = string.format("%s-%d-%d", os.getenv("LOAD_RUN"), number, sent)
        return wrk.format(nil, nil, nil, (body:gsub("{n}", text)))
    end
end

function done(summary, latency)
    local errors = summary.errors
    local failures = errors.connect + errors.read + errors.write + errors.status + errors.timeout
    io.write(string.format(
        '\nmeasured {"requests": %d, "rate": %.3f, "median": %.3f, "p99": %.3f, "failures": %d}\n',
        summary.requests, summary.requests / summary.duration * 1e6,
        latency:percentile(50) / 1000, latency:percentile(99) / 1000, failures))
end
