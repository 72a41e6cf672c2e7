// Judges signed webhooks with Twilio's own library: cases in, verdicts out.
const { join } = require("path");
const { validateRequest } = require(join(process.argv[2], "node_modules", "twilio"));
const cases = JSON.parse(require("fs").readFileSync(0, "utf8"));
console.log(JSON.stringify(cases.map((c) => validateRequest(c.token, c.signature, c.url, c.params))));
