#include "wire/batch_request.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"
#include "unit/wire/parsed.hpp"

namespace sluice::wire {
namespace {

constexpr std::string_view kParams =
    R"({"model":"m","max_tokens":5,"messages":[{"role":"user","content":"Hello"}]})";

std::string item(std::string_view id, std::string_view params = kParams) {
  return R"({"custom_id":")" + std::string(id) + R"(","params":)" + std::string(params) + "}";
}
std::string batch_of(std::string_view items) {
  return R"({"requests":[)" + std::string(items) + "]}";
}

struct Read {
  explicit Read(std::string_view body) : text(padded(body)) {
    BatchReader reader(std::string_view(text).substr(0, body.size()), ApiVersion::k2026_10_21);
    BatchItem one;
    while (reader.next(one)) {
      ids.emplace_back(one.custom_id);
      params.emplace_back(one.params);
      errors.push_back(one.error ? one.error->message : std::string());
      if (!one.error) tokens += tokens_of(one.request.size, 1000);
    }
    if (reader.error()) refusal = reader.error()->message;
  }
  std::string text;
  std::vector<std::string> ids;
  std::vector<std::string> params;
  std::vector<std::string> errors;
  std::int64_t tokens = 0;
  std::string refusal;
};

TEST_CASE("a batch is read item by item, in order") {
  const Read read(batch_of(item("first") + ", " + item("second_2")));
  CHECK(read.refusal.empty());
  CHECK(read.ids == std::vector<std::string>{"first", "second_2"});
  CHECK(read.params == std::vector<std::string>{std::string(kParams), std::string(kParams)});
  CHECK(read.errors == std::vector<std::string>{"", ""});
  CHECK(read.tokens == 2 * tokens_of(Parsed(kParams).request.size, 1000));
}

TEST_CASE("what is wrong with an item's params is that item's error") {
  const Read read(batch_of(
      item("a", R"({"model":"m","messages":[]})") + "," + item("b") + "," +
      item("c", R"({"model":"m","max_tokens":0,"messages":[{"role":"user","content":"x"}]})") +
      "," + item("d", R"({"stream":true})")));
  CHECK(read.refusal.empty());
  CHECK(read.errors == std::vector<std::string>{"messages: at least one message is required", "",
                                                "max_tokens: 0 is not permitted in a batch",
                                                "stream: Extra inputs are not permitted"});
}

TEST_CASE("what is wrong with the batch refuses all of it") {
  const std::string long_id(65, 'x');
  for (const auto& [body, message] : std::vector<std::pair<std::string, std::string>>{
           {"{}", "requests: Field required"},
           {batch_of(""), "requests: List should have at least 1 item"},
           {R"({"requests":{}})", "requests: Input should be a valid list"},
           {R"({"requests":[],"model":"m"})", "model: Extra inputs are not permitted"},
           {batch_of("5"), "requests.0: Input should be a valid dictionary"},
           {batch_of(R"({"params":{}})"), "requests.0.custom_id: Field required"},
           {batch_of(R"({"custom_id":"a"})"), "requests.0.params: Field required"},
           {batch_of(item("a", "[]")), "requests.0.params: Input should be a valid dictionary"},
           {batch_of(item("a") + "," + item("")),
            "requests.1.custom_id: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'"},
           {batch_of(item("a b")),
            "requests.0.custom_id: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'"},
           {batch_of(item(long_id)),
            "requests.0.custom_id: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'"},
           {batch_of(item("a") + "," + item("b") + "," + item("a")),
            "requests.2.custom_id: custom_id must be unique within a batch; 'a' is given twice"},
       }) {
    INFO(body);
    const Read read(body);
    CHECK(read.refusal == message);
    CHECK(read.ids.empty());
  }
  CHECK(Read("{\"requests\":[").refusal.find("not valid JSON") != std::string::npos);
}

TEST_CASE("a batch has at most 100,000 items") {
  std::string items;
  for (int i = 0; i < 100'000; ++i) items += item(std::to_string(i), "{}") + ",";
  items.pop_back();
  const Read most(batch_of(items));
  CHECK(most.refusal.empty());
  CHECK(most.ids.size() == 100'000);
  CHECK(Read(batch_of(items + "," + item("more", "{}"))).refusal ==
        "requests: List should have at most 100000 items");
}

}  // namespace
}  // namespace sluice::wire
