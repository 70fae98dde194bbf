// The words in which bodies are refused, with where they are from. A place in the body stands
// before most of them: "messages.0.content: Field required". Words that are said in one place only
// stand there, with the same marks.
#pragma once

#include <string_view>

namespace sluice::wire {

// Inferred: the pattern is documented for one field ("media_type: Field required").
inline constexpr std::string_view kFieldRequired = "Field required";
// Observed in public issues; the words of pydantic, which the API validates with (inferred).
inline constexpr std::string_view kExtraInput = "Extra inputs are not permitted";
inline constexpr std::string_view kNoString = "Input should be a valid string";
inline constexpr std::string_view kNoInteger = "Input should be a valid integer";
inline constexpr std::string_view kNoNumber = "Input should be a valid number";
inline constexpr std::string_view kNoBoolean = "Input should be a valid boolean";
inline constexpr std::string_view kNoList = "Input should be a valid list";
inline constexpr std::string_view kNoObject = "Input should be a valid dictionary";
inline constexpr std::string_view kNotBelowZero = "Input should be greater than or equal to 0";
inline constexpr std::string_view kNotBelowOne = "Input should be greater than or equal to 1";
// Observed in public issues.
inline constexpr std::string_view kNoMessages = "at least one message is required";
inline constexpr std::string_view kEmptyText = "text content blocks must be non-empty";
// Ours: the API takes the last of two equal keys (inferred), which hides a mistake.
inline constexpr std::string_view kGivenTwice = "Field is given twice";

}  // namespace sluice::wire
