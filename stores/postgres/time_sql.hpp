#pragma once

#include <string>
#include <string_view>

/// Times are microseconds since 1970 in parameters and in rows.
namespace standings {

/// SQL for the time `us` microseconds after 1970; `us` is SQL for a bigint.
std::string time_from_us(std::string_view us);

/// `sql` with its times filled in: `{us:x}` is the time x in microseconds (of the years 1 to 9999;
/// another one counts as the nearest), `{time:n}` the time of the n-th parameter, and `{time:x}`
/// that of any other bigint x.
std::string with_times(std::string_view sql);

} // namespace standings
