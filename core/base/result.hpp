#pragma once

#include "core/base/errc.hpp"

#include <boost/system/result.hpp>

#include <stdexcept>
#include <string>

namespace standings {

/// A value or a failure. Functions that return one are marked [[nodiscard]].
template <class T>
using result = boost::system::result<T, failure>;

/// Called by `result::value()` on a failure: asking for a value that does not exist is a defect of
/// the caller.
[[noreturn]] inline void throw_exception_from_error(const failure& f,
                                                    const boost::source_location&) {
  throw std::logic_error("no value: " + to_string(f.code) + ": " + explain(f));
}

/// Shorthand for `return fail(errc::x, "why");`.
inline failure fail(errc code, std::string detail = {}, std::string field = {}) {
  return {code, std::move(detail), std::move(field), {}};
}

/// A failure of a store, with its cause for the operator.
inline failure fail_because(errc code, std::string detail, std::string cause) {
  return {code, std::move(detail), {}, std::move(cause)};
}

} // namespace standings
