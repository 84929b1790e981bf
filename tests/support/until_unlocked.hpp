#pragma once

#include "core/base/errc.hpp"

namespace standings::test {

/// What a client does who is told that somebody else holds the lock: asks again. SQLite's
/// locks are not fair, so on a busy machine one of several writers may wait too long.
template <class Ask>
auto until_unlocked(const Ask& ask) -> decltype(ask()) {
  auto answer = ask();
  while (!answer && answer.error().code == errc::overloaded)
    answer = ask();
  return answer;
}

} // namespace standings::test
