// Beast's parser with callbacks that do nothing: what takes a part of a message apart overrides the
// few that it needs. Private to net's .cpp files.
#pragma once

#ifndef BOOST_ASIO_SEPARATE_COMPILATION
#define BOOST_ASIO_SEPARATE_COMPILATION
#endif

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <boost/asio/buffer.hpp>              // tidy: allow(third-party) private
#include <boost/beast/http/basic_parser.hpp>  // tidy: allow(third-party) private

namespace sluice::net {

namespace http = boost::beast::http;

class BeastParser : public http::basic_parser<true> {
 public:
  using Text = boost::beast::string_view;
  using ErrorWord = boost::beast::error_code;
  using Length = boost::optional<std::uint64_t>;

  std::size_t put_text(std::string_view text, ErrorWord& error) {
    return put(boost::asio::const_buffer(text.data(), text.size()), error);
  }

 private:
  void on_request_impl(http::verb, Text, Text, int, ErrorWord&) override {}
  void on_response_impl(int, Text, int, ErrorWord&) override {}
  void on_field_impl(http::field, Text, Text, ErrorWord&) override {}
  void on_header_impl(ErrorWord&) override {}
  void on_body_init_impl(const Length&, ErrorWord&) override {}
  std::size_t on_body_impl(Text body, ErrorWord&) override { return body.size(); }
  void on_chunk_header_impl(std::uint64_t, Text, ErrorWord&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, Text body, ErrorWord&) override {
    return body.size();
  }
  void on_finish_impl(ErrorWord&) override {}
};

}  // namespace sluice::net
