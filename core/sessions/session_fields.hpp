#pragma once

#include "core/base/time.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <string_view>

/// How the fields of a session are read, whatever types another language gave them.
namespace standings {

/// A field that is there and not null.
[[nodiscard]] const boost::json::value* present_field(const boost::json::object& from,
                                                      std::string_view name);

/// The text of an id. It may be a number: 42 and 42.0 are "42". Nothing where the
/// value is neither. The text may be one that no database holds.
[[nodiscard]] std::optional<std::string> id_text(const boost::json::value& value);

/// A time of any form that core/base/foreign_time.hpp reads. Nothing where it is none.
[[nodiscard]] std::optional<sys_time> time_of_field(const boost::json::value& value);

} // namespace standings
