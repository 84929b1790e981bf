#pragma once

#include "cli/invocation.hpp"

#include <boost/json/object.hpp>

namespace standings {

/// Prints the report of a run, as the service gives it.
void print_run(const invocation& with, const boost::json::object& run);

/// Prints what to do about deletes that are held: how to confirm them, and how to refuse them in
/// the cache that the service uses.
void print_choice_of_deletes(const invocation& with);

} // namespace standings
