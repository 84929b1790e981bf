#include "cli/output.hpp"

#include "core/base/presentable.hpp"

#include <iostream>

namespace standings {

namespace {

namespace json = boost::json;

/// Completes the refusal of a request with what the user can do.
std::string advice(const service_target& service) {
  if (!service.token_source.empty())
    return "the token from " + service.token_source + " was refused, or may not do this";
  if (!service.token_problem.empty())
    return service.token_problem + "; use --token-file FILE or STANDINGS_TOKEN";
  return "no token was given: use --token-file FILE or STANDINGS_TOKEN";
}

} // namespace

void print_json(const json::value& value) {
  std::cout << json_line(value) << '\n' << std::flush;
}

void print_error(bool as_json, const std::string& code, const std::string& message,
                 const std::string& field) {
  if (!as_json) {
    std::cerr << message << '\n';
    return;
  }
  const json::value named = field.empty() ? json::value{} : json::value(field);
  std::cerr << json_line({{"error", {{"code", code}, {"message", message}, {"field", named}}}})
            << '\n';
}

int unusable(const invocation& with, const std::string& code, const std::string& message) {
  print_error(with.json, code, message);
  return exit_usage;
}

int failed(const invocation& with, const char* what, const failure& why) {
  auto message = std::string{"Failed to "} + what + ": " + presentable(explain(why));
  if (why.code == errc::unauthorized || why.code == errc::forbidden)
    message += "; " + advice(with.service);
  print_error(with.json, to_string(why.code), message, why.field);
  return exit_failed;
}

} // namespace standings
