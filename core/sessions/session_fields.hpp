#pragma once

#include "core/base/time.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <string_view>

/// Reads the fields of a session, whatever types the writer's language gave them.
namespace standings {

/// The field if it exists and is not null, else a null pointer.
[[nodiscard]] const boost::json::value* present_field(const boost::json::object& from,
                                                      std::string_view name);

/// The text of an id, which may be a number: 42 and 42.0 are "42". `nullopt` if the value is
/// neither. The text might be one that no database can hold.
[[nodiscard]] std::optional<std::string> id_text(const boost::json::value& value);

/// A time in any form that core/base/foreign_time.hpp reads; `nullopt` if it is not one.
[[nodiscard]] std::optional<sys_time> time_of_field(const boost::json::value& value);

} // namespace standings
