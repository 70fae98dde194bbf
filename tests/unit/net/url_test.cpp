#include "net/url.hpp"

#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"

namespace {

using namespace sluice;

net::Url url_of(std::string_view text) {
  const auto url = net::parse_url(text, "--target");
  REQUIRE(url);
  return *url;
}

}  // namespace

TEST_CASE("a URL is taken apart and put together again") {
  const std::vector<std::pair<std::string, net::Url>> cases = {
      {"http://127.0.0.1:8010", {.tls = false, .host = "127.0.0.1", .port = 8010}},
      {"https://api.anthropic.com", {.tls = true, .host = "api.anthropic.com", .port = 443}},
      {"http://gateway", {.tls = false, .host = "gateway", .port = 80}},
      {"https://[::1]:8443/proxy", {.tls = true, .host = "::1", .port = 8443, .path = "/proxy"}},
      {"https://gate-way_1.example/a/b",
       {.tls = true, .host = "gate-way_1.example", .port = 443, .path = "/a/b"}},
  };
  for (const auto& [text, url] : cases) {
    CHECK(url_of(text) == url);
    CHECK(url.text() == text);
  }
}

TEST_CASE("what means the same is the same") {
  CHECK(url_of("HTTPS://API.Anthropic.com:443///").text() == "https://api.anthropic.com");
  CHECK(url_of("http://localhost:80/v1/").text() == "http://localhost/v1");
}

TEST_CASE("an authority names the port that is not the scheme's own") {
  CHECK(url_of("https://api.anthropic.com").authority() == "api.anthropic.com");
  CHECK(url_of("https://api.anthropic.com:80").authority() == "api.anthropic.com:80");
  CHECK(url_of("https://[::1]").authority() == "[::1]");
  CHECK(url_of("http://[::1]:8443").authority() == "[::1]:8443");
}

TEST_CASE("credentials are decoded and never shown") {
  const net::Url url = url_of("http://us%65r:p%40ss%2fw@proxy:3128");
  CHECK(url.credentials == "user:p@ss/w");
  CHECK(url.host == "proxy");
  CHECK(url.text() == "http://proxy:3128");
  CHECK(url_of("http://a@b@proxy").credentials == "a@b");
}

TEST_CASE("loopback is known by name and by address") {
  for (const char* text : {"http://localhost:1", "http://a.localhost", "http://127.0.0.1",
                           "http://127.8.9.1", "http://[::1]"}) {
    CAPTURE(text);
    CHECK(url_of(text).is_loopback());
  }
  for (const char* text : {"http://localhost.example", "http://128.0.0.1", "http://[::2]",
                           "http://127.example", "http://0.0.0.0"}) {
    CAPTURE(text);
    CHECK_FALSE(url_of(text).is_loopback());
  }
}

TEST_CASE("what is wrong with a URL is said in one sentence") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "no scheme"},
      {"api.anthropic.com", "no scheme"},
      {"localhost:8010", "no scheme"},
      {"ftp://host", "not one of http, https"},
      {"socks5://host:1080", "not one of http, https"},
      {"http://", "no host"},
      {"http://:80", "no host"},
      {"http:///path", "no host"},
      {"http://host?x=1", "query"},
      {"http://host/path#top", "fragment"},
      {"http://host:0", "1 to 65535"},
      {"http://host:65536", "1 to 65535"},
      {"http://host:", "1 to 65535"},
      {"http://host:80a", "1 to 65535"},
      {"http://host:-1", "1 to 65535"},
      {"http://[::1]8010", "1 to 65535"},
      {"http://[::1", "IPv6"},
      {"http://[localhost]", "IPv6"},
      {"http://::1", "no host"},
      {"http://fe80::1", "brackets"},
      {"http://a b", "neither a name"},
      {"http://a\r\nhost", "neither a name"},
      {"http://host/a b", "the path"},
      {"http://host/a\nb", "the path"},
      {"http://us%6:x@host", "hexadecimal"},
  };
  for (const auto& [text, message] : cases) {
    CAPTURE(text);
    const auto url = net::parse_url(text, "--target");
    REQUIRE_FALSE(url);
    CHECK(url.error().where == "--target");
    CHECK(url.error().message.find(message) != std::string::npos);
  }
}

TEST_CASE("a host is loopback by its address or as localhost, not by how its name begins") {
  for (const char* host : {"localhost", "a.localhost", "127.0.0.1", "127.8.9.10", "::1"}) {
    CAPTURE(host);
    CHECK(net::is_loopback_host(host));
  }
  for (const char* host : {"127.0.0.1.example.com", "127.example.com", "localhost.example.com",
                           "128.0.0.1", "0.0.0.0", "::", "::2", "", "[::1]"}) {
    CAPTURE(host);
    CHECK_FALSE(net::is_loopback_host(host));
  }
  CHECK_FALSE(net::is_loopback_host("127.0.0.1" + std::string(100, ' ')));
}

TEST_CASE("an error does not repeat a password") {
  for (const char* text :
       {"http://user:secret@", "http://user:secret@host:99999", "http://user:secret@host?x",
        "ftp://user:secret@host", "user:secret@http://host", "http://secret!/@host"}) {
    const auto url = net::parse_url(text, "--target");
    REQUIRE_FALSE(url);
    CHECK(url.error().text().find("secret") == std::string::npos);
  }
}
