// Reads cases {token, url, params, signature} as a JSON list on stdin and writes
// what Twilio's own library computes for each, and whether it takes ours.
const path = require("path");
const hooks = require(path.join(process.argv[2], "node_modules/twilio/lib/webhooks/webhooks.js"));
const cases = JSON.parse(require("fs").readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(cases.map((c) => ({
  signature: hooks.getExpectedTwilioSignature(c.token, c.url, c.params),
  valid: hooks.validateRequest(c.token, c.signature, c.url, c.params),
}))));
