#pragma once

#include "core/reconcile/run_report.hpp"

#include <boost/json/fwd.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace standings {

/// A run as the API, the webhook and the journal show it: one JSON object.
std::string run_report_json(const run_report& run);

/// The same object as a value, for embedding in a larger answer.
boost::json::object run_report_object(const run_report& run);

/// The inverse; `nullopt` if the text is not such an object.
std::optional<run_report> parse_run_report(std::string_view text);

} // namespace standings
