#pragma once

#include "cli/invocation.hpp"
#include "cli/text.hpp"

#include <boost/json.hpp>

#include <string>

/// What every command prints in the same way.
namespace standings {

/// Exit codes; docs/cli.md explains them.
enum : int { exit_done = 0, exit_failed = 1, exit_usage = 2, exit_held = 3 };

/// Prints the value on a line of its own of standard output.
void print_json(const boost::json::value& value);

/// Prints an error to standard error: the message, or `{"error": {code, message, field}}`.
void print_error(bool as_json, const std::string& code, const std::string& message,
                 const std::string& field = {});

/// Prints that the command cannot be used like this. Returns the exit code for it.
int unusable(const invocation& with, const std::string& code, const std::string& message);

/// Prints what failed and why, and how to give a token if that is missing. Returns the exit code.
int failed(const invocation& with, const char* what, const failure& why);

} // namespace standings
