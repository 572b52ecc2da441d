// Counts each text of a JSON array on standard input; prints [encoding, units of each segment] for each.
const { SegmentedMessage } = require("sms-segments-calculator");

const messages = JSON.parse(require("fs").readFileSync(0, "utf8"));
const counts = messages.map((text) => {
  const message = new SegmentedMessage(text);
  const bits = message.encodingName === "GSM-7" ? 7 : 16;
  return [message.encodingName, message.segments.map((segment) => segment.messageSizeInBits() / bits)];
});
process.stdout.write(JSON.stringify(counts));
