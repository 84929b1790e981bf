#pragma once

#include <string>
#include <string_view>

namespace standings::test {

/// What is wrong with the bytes that a server sent on a connection before it closed it; empty if
/// nothing is. They have to be whole HTTP/1.1 responses with each field once, a status below 500 or
/// 503, and JSON where they say so. A stream of events may be cut off.
[[nodiscard]] std::string flaw_in(std::string_view sent);

} // namespace standings::test
