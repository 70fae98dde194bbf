// SLUICE_CHECK states what must hold. A failure is a bug of ours: it prints where and aborts, in
// every build. Errors of the world (files, scenarios, sockets) are Result<T>, see base/error.hpp.
#pragma once

namespace sluice {

[[noreturn]] void check_failed(const char* condition, const char* file, int line) noexcept;

}  // namespace sluice

#define SLUICE_CHECK(condition)                      \
  (__builtin_expect(static_cast<bool>(condition), 1) \
       ? static_cast<void>(0)                        \
       : ::sluice::check_failed(#condition, __FILE_NAME__, __LINE__))

#ifndef __FILE_NAME__
#define __FILE_NAME__ __FILE__
#endif
