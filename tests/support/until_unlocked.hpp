#pragma once

#include "core/base/errc.hpp"

namespace standings::test {

/// Repeats a request that is refused because another program holds the lock, as a client does.
/// SQLite's locks are not fair, so on a busy machine one of several writers may wait too long.
template <class Ask>
auto until_unlocked(const Ask& ask) -> decltype(ask()) {
  auto answer = ask();
  while (!answer && answer.error().code == errc::overloaded)
    answer = ask();
  return answer;
}

} // namespace standings::test
