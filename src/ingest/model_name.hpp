// Names of models that a log gives, made harmless: of a cloud's resource name only the model or
// profile is kept, never the account, project or organization it belongs to, and no control
// character reaches a terminal.
//
//   std::string name;
//   assign_model_name(name, "arn:aws:bedrock:us-east-1:123456789012:inference-profile/mine");
//   // "mine"
#pragma once

#include <string>
#include <string_view>

namespace sluice::ingest {

// - An ARN, a path with projects/, accounts/, subscriptions/ or organizations/ in it, and a URL:
//   what follows the last '/', "?" where that is the account itself. Percent-encoded ones too.
// - A fine-tuned model of OpenAI's, "ft:gpt-4o:acme:support:a1": "ft:gpt-4o".
// - A suffix in brackets, "claude-opus-5-5[1m]" of Claude Code, is cut off.
// - What begins with '[' is left out: "[1m]", Claude Code's word for a context window.
// - Nine digits and more in a row, one more than a date has, are somebody's number: '?'.
// - The first 128 bytes of the rest; what is not of [A-Za-z0-9._:/@-] becomes '?'.
void assign_model_name(std::string& to, std::string_view name);

}  // namespace sluice::ingest
