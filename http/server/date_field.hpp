#pragma once

#include <ctime>
#include <string>
#include <string_view>

namespace standings {

/// The header line `Date: …` for that time (RFC 9110, 6.6.1).
[[nodiscard]] std::string print_date_field(std::time_t at);

/// The line for now. Each thread prints it once a second at most; valid until this thread's next
/// call.
[[nodiscard]] std::string_view date_field();

} // namespace standings
