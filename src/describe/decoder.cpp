#include "describe/decoder.hpp"

#include <algorithm>

#include "describe/pointer.hpp"

namespace sluice::describe {

Decoder::Scope::Scope(Decoder& decoder, std::string_view segment)
    : decoder_(decoder), length_(decoder.pointer_.size()) {
  decoder.pointer_ += pointer_segment(segment);
}

Decoder::Scope::Scope(Decoder& decoder, std::size_t index)
    : Scope(decoder, std::string_view{std::to_string(index)}) {}

Decoder::Scope::~Scope() { decoder_.pointer_.resize(length_); }

void Decoder::fail(const Value& at, std::string message) { fail(at, "", std::move(message)); }

const std::string& Decoder::file_of(Position position) const {
  if (position.file == 0) return file_;
  return others_[static_cast<std::size_t>(position.file) - 1];
}

void Decoder::fail(const Value& at, std::string_view pointer, std::string message) {
  const Position position = at.position();
  std::string where = file_of(position);
  if (position.line > 0) {
    where += ":" + std::to_string(position.line) + ":" + std::to_string(position.column);
  }
  std::string path = pointer_ + std::string{pointer};
  if (!path.empty()) where += ": " + path;
  errors_.push_back({position, {ErrorCode::kInvalidInput, std::move(where), std::move(message)}});
}

Errors Decoder::take() && {
  const auto earlier = [](const Found& a, const Found& b) {
    return a.position.file != b.position.file ? a.position.file < b.position.file
                                              : a.position < b.position;
  };
  std::stable_sort(errors_.begin(), errors_.end(), earlier);
  Errors errors;
  for (Found& found : errors_) errors.push_back(std::move(found.error));
  return errors;
}

void Problems::add(std::string_view pointer, std::string message) {
  const Value* at = find_pointer(value_, pointer);
  decoder_.fail(at != nullptr ? *at : value_, pointer, std::move(message));
}

}  // namespace sluice::describe
