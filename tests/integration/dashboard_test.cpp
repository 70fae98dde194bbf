// The live dashboard of `replay --ui web` and of `sluice mock`: who may look, what a viewer gets
// and when, and that slow ones hold up nobody. As programs over sockets; in a browser: tests/web.
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "app/dashboard_viewers.hpp"
#include "describe/json.hpp"
#include "integration/json_at.hpp"
#include "integration/mock_program.hpp"
#include "integration/sluice.hpp"
#include "report/html.hpp"
#include "support/catch.hpp"

namespace sluice::testing {
namespace {

// About four seconds of wall time at --speed 10, with refusals and with something in flight.
constexpr const char* kWatched = R"({
  "sluice": 1, "duration": "40s", "seed": 7,
  "organization": { "tier": "start", "burst": "1s" },
  "workloads": [{
    "name": "chat", "model": "haiku-4.5",
    "arrivals": { "type": "poisson", "rate": "20/s" },
    "input": 50, "output": 5
  }]
})";

// Port and token of "http://127.0.0.1:41234/?token=...".
struct Address {
  std::uint16_t port = 0;
  std::string token;

  static Address in(const std::string& text) {
    const std::size_t begin = text.find("http://127.0.0.1:", text.find("?token=") - 30);
    REQUIRE(begin != std::string::npos);
    const std::size_t mark = text.find("/?token=", begin);
    return {static_cast<std::uint16_t>(std::stoi(text.substr(begin + 17, mark - begin - 17))),
            text.substr(mark + 8, 32)};
  }
  std::string get(const std::string& path, const std::string& query) const {
    return "GET " + path + query + " HTTP/1.1\r\nhost: 127.0.0.1:" + std::to_string(port) +
           "\r\n\r\n";
  }
  test::HttpAnswer ask(const std::string& path, const std::string& given) const {
    test::HttpClient client(port);
    client.send(get(path, "?token=" + given));
    return client.read();
  }
};

struct Event {
  std::string name;
  describe::Value data;
};

// A stream of events, read one by one.
class Viewer {
 public:
  explicit Viewer(const Address& address) : client_(address.port) {
    client_.send(address.get("/events", "?token=" + address.token));
    head_ = client_.read_head();
    REQUIRE(head_.status == 200);
    REQUIRE(head_.field("content-type") == "text/event-stream");
    REQUIRE(chunk() == "retry: 1000\n\n");
  }

  // An event is a chunk: it is written in one piece.
  Event next() {
    const std::string text = chunk();
    REQUIRE(text.starts_with("event: "));
    const std::size_t line = text.find('\n');
    REQUIRE(text.compare(line, 7, "\ndata: ") == 0);
    REQUIRE(text.ends_with("\n\n"));
    const std::string data = text.substr(line + 7, text.size() - line - 9);
    REQUIRE(data.find('\n') == std::string::npos);
    return {text.substr(7, line - 7), json_in(data)};
  }
  // All that come, the end included; then it closes, as the page does.
  std::vector<Event> all() {
    std::vector<Event> events;
    do {
      events.push_back(next());
    } while (events.back().name != "end");
    client_.close();
    return events;
  }

 private:
  std::string chunk() {
    std::string size;
    while (!size.ends_with("\r\n")) {
      const std::string more = client_.read_exactly(1);
      REQUIRE(!more.empty());
      size += more;
    }
    const std::size_t length = std::stoul(size, nullptr, 16);
    std::string text = client_.read_exactly(length + 2);
    REQUIRE(text.size() == length + 2);
    return text.substr(0, length);
  }

  test::HttpClient client_;
  test::HttpAnswer head_;
};

// A replay that has said where its dashboard is.
class WatchedReplay {
 public:
  explicit WatchedReplay(const std::string& speed = "10")
      : scenario_(folder_.write("test.json", kWatched)),
        process_(sluice_command(
            {"replay", scenario_, "--speed", speed, "--ui", "web", "--format", "json"})) {
    for (;;) {
      const bool has_ended = !process_.out().empty();
      const std::string err = process_.err();
      const std::size_t mark = err.find("?token=");
      if (mark != std::string::npos && err.find('\n', mark) != std::string::npos) break;
      INFO(err);
      REQUIRE(!has_ended);
      usleep(1000);
    }
    address_ = Address::in(process_.err());
  }

  const Address& address() const { return address_; }
  void interrupt() const { process_.interrupt(); }
  Finished end() {
    const int exit = process_.wait();
    return {exit, process_.out(), process_.err()};
  }

 private:
  TemporaryFolder folder_;
  std::string scenario_;
  Process process_;
  Address address_;
};

TEST_CASE("a dashboard shows nothing to who has no token") {
  if (!has_web()) return;
  WatchedReplay replay("1");
  const Address& address = replay.address();
  for (const char* const path : {"/", "/events", "/report.html", "/page.js"}) {
    INFO(path);
    CHECK(address.ask(path, "00000000000000000000000000000000").status == 403);
  }
  const test::HttpAnswer page = address.ask("/", address.token);
  CHECK(page.status == 200);
  CHECK(contains(page.body, "page.js"));
  REQUIRE(Viewer(address).next().name == "state");  // the run is under way
  replay.interrupt();
  CHECK(replay.end().exit == 130);
}

TEST_CASE("a replay under way can be scraped, by who has the token") {
  if (!has_web()) return;
  WatchedReplay replay;
  const Address& address = replay.address();
  CHECK(address.ask("/metrics", "00000000000000000000000000000000").status == 403);
  test::HttpAnswer scraped = address.ask("/metrics", address.token);
  CHECK(scraped.status == 503);  // the first one asks for a state
  for (int i = 0; i < 50 && scraped.status == 503; ++i) {
    usleep(50'000);
    scraped = address.ask("/metrics", address.token);
  }
  CHECK(scraped.status == 200);
  CHECK(contains(scraped.body, "\nsluice_run_partial 1\n"));
  CHECK(contains(scraped.body, "\nsluice_load_sent_total "));
  CHECK(scraped.body.ends_with("# EOF\n"));
  CHECK(replayed_well(replay.end()));
}

TEST_CASE("viewers get a state a second, a late one all of the history, and the report's numbers") {
  if (!has_web()) return;
  WatchedReplay replay;
  Viewer early(replay.address());
  std::vector<Event> seen{early.next(), early.next()};
  Viewer late(replay.address());
  const Event first = late.next();
  CHECK(first.name == "state");
  // What both have of the time before the late one came.
  const Event same = early.next();
  const auto past = [](const Event& event) {
    const auto* series = event.data.find("result")->find("series")->find("traffic");
    std::string cells = text_at(*series, "offered");
    return cells.substr(0, 60);
  };
  CHECK(past(first).substr(0, 20) == past(same).substr(0, 20));
  CHECK(text_at(first.data, "result.identity.partial") == "true");
  CHECK(text_at(first.data, "live.duration") == "40");

  const std::vector<Event> rest = early.all();
  const std::vector<Event> others = late.all();  // it has waited in the system's buffers
  const Finished run = replay.end();
  INFO(run.err);
  REQUIRE(replayed_well(run));
  const describe::Value report = json_in(run.out);
  CHECK(describe::to_json(*rest.back().data.find("result"), 0) == describe::to_json(report, 0));
  CHECK(describe::to_json(*others.back().data.find("result"), 0) == describe::to_json(report, 0));
  CHECK(text_at(rest.back().data, "live.in_flight") == "0");
}

TEST_CASE("ten viewers all see the end", "[threads]") {
  if (!has_web()) return;
  WatchedReplay replay;
  std::vector<std::unique_ptr<Viewer>> viewers;
  for (int i = 0; i < 10; ++i) viewers.push_back(std::make_unique<Viewer>(replay.address()));
  // One after the other, as a test's checks are for one thread: the system's buffers hold the rest.
  for (const auto& viewer : viewers) CHECK(viewer->all().size() >= 3);
  CHECK(replayed_well(replay.end()));
}

TEST_CASE("nobody has to watch: a script's replay ends with its run") {
  if (!has_web()) return;
  WatchedReplay replay("40");
  const Finished run = replay.end();
  CHECK(replayed_well(run));
  CHECK(!run.out.empty());
}

TEST_CASE("a viewer that never leaves holds up the end for two seconds at most") {
  if (!has_web()) return;
  WatchedReplay replay("1");
  Viewer stays(replay.address());
  REQUIRE(stays.next().name == "state");
  replay.interrupt();
  while (stays.next().name != "end") {
  }
  const auto ended = std::chrono::steady_clock::now();
  CHECK(replay.end().exit == 130);
  CHECK(std::chrono::steady_clock::now() - ended < std::chrono::seconds(10));
}

TEST_CASE("the mock's dashboard shows what clients do, and a reset begins it anew", "[threads]") {
  if (!has_web()) return;
  MockProgram mock({"--latency", "off"});
  const Address address = Address::in(mock.out());
  Viewer viewer(address);
  const std::string body =
      R"({"model":"claude-haiku-4-5","max_tokens":9,"messages":[{"role":"user","content":"hi"}]})";
  const std::string fields = "x-api-key: any\r\nanthropic-version: 2023-06-01\r\n";
  for (int i = 0; i < 3; ++i) {
    CHECK(mock.ask(test::post("/v1/messages", body, fields)).status == 200);
  }
  const test::HttpAnswer refused =
      mock.ask(test::post("/v1/messages", body, fields + "sluice-fault: 429; retry-after=5\r\n"));
  CHECK(refused.status == 429);
  Event state = viewer.next();
  while (text_at(state.data, "result.requests.offered") != "4") state = viewer.next();
  CHECK(text_at(state.data, "result.requests.succeeded") == "3");
  CHECK(text_at(state.data, "result.attempts.rate_limited.total") == "1");
  CHECK(text_at(state.data, "result.cost.total") != "0");
  CHECK(text_at(state.data, "live.duration") == "null");

  const std::string reset =
      "POST /_sluice/reset HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 0\r\n\r\n";
  REQUIRE(mock.ask(reset).status == 200);
  state = viewer.next();
  while (text_at(state.data, "result.requests.offered") != "0") state = viewer.next();
  CHECK(text_at(state.data, "live.in_flight") == "0");
}

TEST_CASE("a late viewer of the mock gets all of its history, bounded however long it has served") {
  if (!has_web()) return;
  MockProgram mock({"--latency", "off", "--clock", "manual"});
  const std::string body =
      R"({"model":"claude-haiku-4-5","max_tokens":9,"messages":[{"role":"user","content":"hi"}]})";
  const std::string fields = "x-api-key: any\r\nanthropic-version: 2023-06-01\r\n";
  const std::string a_day_later =
      "POST /_sluice/clock HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 16\r\n\r\n"
      R"({"advance":"1d"})";
  constexpr int kDays = 40;
  for (int day = 0; day < kDays; ++day) {
    REQUIRE(mock.ask(test::post("/v1/messages", body, fields)).status == 200);
    REQUIRE(mock.ask(a_day_later).status == 200);
  }
  std::size_t size = 0;
  for (int viewers = 0; viewers < 2; ++viewers) {
    const Event first = Viewer(Address::in(mock.out())).next();
    const describe::Value& result = *first.data.find("result");
    CHECK(text_at(result, "requests.offered") == std::to_string(kDays));
    const auto& cells = result.find("series")->find("traffic")->find("offered")->items();
    CHECK(cells.size() <= 256);
    std::int64_t offered = 0;
    for (const describe::Value& cell : cells) offered += cell.as_integer();
    CHECK(offered == kDays);
    size = describe::to_json(first.data, 0).size();
  }
  CHECK(size < 300'000);
}

// A reply whose reader takes nothing until it is told to.
class StuckReply final : public net::HttpReply {
 public:
  void listen(net::ReplyListener* listener) noexcept override { listener_ = listener; }
  void send(int, std::string_view, std::string_view) override {}
  void begin(int, std::string_view) override {}
  bool write(std::string_view bytes) override {
    written.emplace_back(bytes);
    return has_room;
  }
  void finish() override { is_over = true; }
  void drop() override { is_dropped = true; }
  void drain() {
    has_room = true;
    listener_->on_drained();
  }

  std::vector<std::string> written;
  bool has_room = true;
  bool is_over = false;
  bool is_dropped = false;

 private:
  net::ReplyListener* listener_ = nullptr;
};

TEST_CASE("a viewer that does not read misses states, and has the latest when it reads again") {
  StuckReply reply;
  app::DashboardViewers viewers;
  viewers.open(reply, false);
  reply.has_room = false;
  for (const char* const json : {"1", "2", "3", "4"}) {
    viewers.send(app::event_text("state", json));
  }
  REQUIRE(reply.written.size() == 2);  // the head, and the first that found no room behind it
  reply.drain();
  REQUIRE(reply.written.size() == 3);
  CHECK(reply.written.back() == "event: state\ndata: 4\n\n");
}

TEST_CASE("a viewer that reads nothing for long is dropped, and only that one") {
  StuckReply stuck;
  StuckReply reads;
  app::DashboardViewers viewers;
  viewers.open(stuck, false);
  viewers.open(reads, false);
  stuck.has_room = false;
  for (int i = 0; i < 30; ++i) viewers.send(app::event_text("state", "{}"));
  CHECK(stuck.is_dropped);
  CHECK(stuck.written.size() == 2);
  CHECK(!reads.is_dropped);
  CHECK(reads.written.size() == 31);
  CHECK(viewers.count() == 1);
}

}  // namespace
}  // namespace sluice::testing
