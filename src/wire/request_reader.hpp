// Reads the top level of a body of the Messages API, of count_tokens, or of one item of a batch,
// and judges what its parts must be to each other. For .cpp files of this module only.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "wire/content_reader.hpp"
#include "wire/json_reader.hpp"
#include "wire/messages_request.hpp"
#include "wire/prompt.hpp"
#include "wire/tools_reader.hpp"

namespace sluice::wire {

class RequestReader {
 public:
  RequestReader(JsonReader& json, ContentReader& content, ToolsReader& tools, Prompt& prompt)
      : json_(json), content_(content), tools_(tools), prompt_(prompt) {}

  bool read(simdjson::ondemand::object& root, const ParseOptions& options,
            MessagesRequest& request);

 private:
  struct Given;
  struct OpenCall {
    std::string_view id;
    std::size_t number = 0;  // in the order of the conversation
    bool is_answered = false;
  };
  bool key(std::string_view key, JsonValue& value, Given& given);
  bool prompt_key(int key, JsonValue& value, const Path& path, Given& given);
  bool option_key(int key, JsonValue& value, const Path& path, Given& given);
  bool system(JsonValue& value, const Path& path);
  bool messages(JsonValue& value, const Path& path, MessagesRequest& request);
  bool message(JsonValue& value, const Path& path, bool& is_empty, MessagesRequest& request);
  bool check_message(const Path& path, BlockPlace place, std::size_t first);
  bool check_calls(const Path& path, BlockPlace place, std::size_t first);
  bool check_answered();
  void note_calls(std::int64_t message, std::size_t first);
  bool thinking(JsonValue& value, const Path& path, MessagesRequest& request);
  bool output_config(JsonValue& value, const Path& path, Given& given);
  bool output_format(JsonValue& value, const Path& path, Given& given);
  bool stop_sequences(JsonValue& value, const Path& path, MessagesRequest& request);
  bool sampling(int key, JsonValue& value, const Path& path, MessagesRequest& request);
  bool metadata(JsonValue& value, const Path& path);
  bool thread(JsonValue& value, const Path& path);
  bool choice(JsonValue& value, const Path& path, std::string_view usual, std::string_view other,
              bool& is_other);
  bool check_zero(const Given& given);
  bool finish(Given& given);

  JsonReader& json_;
  ContentReader& content_;
  ToolsReader& tools_;
  Prompt& prompt_;
  ApiVersion version_ = ApiVersion::k2026_10_21;
  BlockPlace turn_ = BlockPlace::kUser;
  std::vector<OpenCall> calls_;     // of the assistant's last turn; by id once it is over
  std::int64_t calls_message_ = 0;  // that made the last of them
};

}  // namespace sluice::wire
