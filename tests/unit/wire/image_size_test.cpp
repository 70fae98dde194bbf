#include "wire/image_size.hpp"

#include <string>

#include "support/catch.hpp"

namespace sluice::wire {
namespace {

std::string base64(std::string_view bytes) {
  static constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned group = 0;
    for (std::size_t j = i; j < i + 3; ++j) {
      group = group << 8U | (j < bytes.size() ? static_cast<unsigned char>(bytes[j]) : 0U);
    }
    for (int shift = 18; shift >= 0; shift -= 6) text += kDigits[group >> shift & 63U];
  }
  return text;
}

std::string bytes(std::initializer_list<int> values) {
  std::string text;
  for (const int value : values) text += static_cast<char>(value);
  return text;
}

const std::string kPng = "\x89PNG\r\n\x1a\n" + bytes({0, 0, 0, 13}) + "IHDR" +
                         bytes({0, 0, 3, 0xe8, 0, 0, 1, 0x90, 8, 6});

TEST_CASE("the size of an image is read from its first bytes") {
  CHECK(image_size(base64(kPng)) == ImageSize{1000, 400});
  CHECK(image_size(base64("GIF89a" + bytes({0x40, 1, 0xf0, 0, 0, 0}))) == ImageSize{320, 240});
  const std::string app0 = bytes({0xff, 0xd8, 0xff, 0xe0, 0, 16}) + std::string(14, 'x');
  const std::string frame = bytes({0xff, 0xc2, 0, 17, 8, 0x02, 0x58, 0x03, 0x20, 3});
  CHECK(image_size(base64(app0 + frame)) == ImageSize{800, 600});
  const std::string riff = "RIFF" + bytes({0, 0, 0, 0}) + "WEBP";
  CHECK(image_size(
            base64(riff + "VP8X" + bytes({10, 0, 0, 0, 0, 0, 0, 0, 0x1f, 3, 0, 0x57, 2, 0}))) ==
        ImageSize{800, 600});
  CHECK(image_size(base64(riff + "VP8 " +
                          bytes({0, 0, 0, 0, 0, 0, 0, 0x9d, 1, 0x2a, 0x20, 3, 0x58, 2}))) ==
        ImageSize{800, 600});
  // 14 bits of width - 1, then 14 bits of height - 1.
  CHECK(image_size(base64(riff + "VP8L" + bytes({0, 0, 0, 0, 0x2f, 0x1f, 0xc3, 0x95, 0}))) ==
        ImageSize{800, 600});
}

TEST_CASE("what is no image has no size") {
  CHECK(!image_size(""));
  CHECK(!image_size("????"));
  CHECK(!image_size(base64("hello, world, this is text")));
  const std::string png = base64(kPng);
  for (std::size_t size = 0; size < 32; ++size) CHECK(!image_size(png.substr(0, size)));
  CHECK(!image_size(base64(bytes({0xff, 0xd8}) + std::string(5000, '\xff'))));
}

TEST_CASE("an image costs a token for each 28 x 28 patch, to a limit") {
  CHECK(image_text_size(base64(kPng)) ==
        TextSize{.image_tokens = 36 * 15, .image_tokens_before = 36 * 15});
  const TextSize most{.image_tokens = 4784, .image_tokens_before = 1568};
  CHECK(image_text_size("unknown") == most);
  CHECK(image_text_size({}) == most);
  std::string large = kPng;
  large[16] = '\x7f';
  CHECK(image_text_size(base64(large)) == most);
}

TEST_CASE("no tokenizer scales an image, and models from Opus 4.7 on have the higher limit") {
  TextSize size{.milli_tokens = 10'000};
  size += image_text_size({});
  CHECK(tokens_of(size, 1000) == 10 + 1568);
  CHECK(tokens_of(size, 1300) == 13 + 4784);
}

}  // namespace
}  // namespace sluice::wire
