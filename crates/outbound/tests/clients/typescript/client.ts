// Lists handoffs and creates one, with the client generated for TypeScript.
//
// Usage: node client.js BASE ACCOUNT CLIENT_ID CLIENT_SECRET. Prints the responses.

import createClient from "openapi-fetch";

import type { components, paths } from "./schema.js";

const [baseUrl, accountId, client_id, client_secret] = process.argv.slice(2) as [string, string, string, string];
const client = createClient<paths>({ baseUrl });

function dataOf<T>({ data, error }: { data?: T; error?: unknown }): T {
    if (data === undefined) {
        throw new Error(JSON.stringify(error));
    }
    return data;
}

const token = dataOf(
    await client.POST("/sentinel/api/account/{accountId}/app/token", {
        params: { path: { accountId } },
        body: { client_id, client_secret },
        headers: { "Content-Type": "application/x-www-form-urlencoded" },
    }),
);
const headers = { Authorization: `Bearer ${token.access_token}` };

const listed = dataOf(
    await client.GET("/api/account/{accountId}/app/{app}/handoffs/list", {
        params: { path: { accountId, app: "prmsg" }, query: { v: "1.0", limit: 50 } },
        headers,
    }),
);

const channel: components["schemas"]["SmsTwilio"] = {
    type: "sms-twilio",
    language: "en",
    outboundnumber: "+14156586515",
    messageComponents: [{ type: "body", content: "Hello ${{1}}", variables: ["1"], optOut: "Reply STOP" }],
};
const unknown: components["schemas"]["UnknownChannel"] = { type: "pigeon", wings: 2 };
const created = dataOf(
    await client.POST("/manage/v1/accounts/{accountId}/handoffs", {
        params: { path: { accountId } },
        body: { name: "From TypeScript", channels: [channel, unknown], lookbackPeriodDay: 7 },
        headers,
    }),
);

console.log(JSON.stringify({ listed, created }));
