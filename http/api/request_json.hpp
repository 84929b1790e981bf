#pragma once

#include "core/base/result.hpp"

#include <boost/json/value.hpp>

#include <string_view>

namespace standings {

/// Parses a request's body, which has to be a JSON object. Fails with `malformed`, with the
/// position of what is no JSON. A key that is there twice is refused as well: readers disagree on
/// which value counts, so a proxy or a log may have seen another one.
[[nodiscard]] result<boost::json::value> parse_object(std::string_view body);

} // namespace standings
