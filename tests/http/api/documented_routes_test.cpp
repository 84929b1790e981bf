#include "actors/supervision/system.hpp"
#include "core/base/embedded.hpp"
#include "http/api/http_ingress.hpp"
#include "http/server/rate_limits.hpp"
#include "tests/http/no_reads.hpp"

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/json.hpp>
#include <caf/actor_system.hpp>
#include <gtest/gtest.h>

#include <set>
#include <string>

namespace standings {

std::span<const embedded_text> http_texts();

namespace test {
namespace {

namespace json = boost::json;

service_faces nobody() {
  service_faces out;
  out.events = std::make_shared<event_log>();
  out.cache_reads = [](boost::asio::io_context&) {
    return std::make_unique<no_reads>();
  };
  return out;
}

struct shared_with_boards : shared_by_loops {
  explicit shared_with_boards(boost::asio::io_context& home) : shared_by_loops{api_options{}, 1} {
    boards =
        std::make_unique<board_feed>(home, follow_default(std::make_unique<no_reads>(), nullptr));
  }
};

/// The router of the service, without anything behind it.
struct real_routes {
  system_config config;
  caf::actor_system system{config};
  boost::asio::io_context loop;
  shared_with_boards shared{loop};
  rate_limits rates{rate_limit_options{}};
  api with{system, loop, nobody(), api_options{}, shared, rates};
  router made = make_routes(with);

  real_routes() = default;
  ~real_routes() { shared.calls.join(); }
};

json::value contract() {
  for (const auto& text : http_texts())
    if (text.name == "openapi.json")
      return json::parse({text.content.data(), text.content.size()});
  throw std::runtime_error{"there is no openapi.json"};
}

/// The files of a page have one entry together.
std::string entry_of(const std::string& pattern) {
  for (const std::string folder : {"/dashboard/", "/example/"})
    if (pattern.starts_with(folder))
      return folder + "{file}";
  return pattern;
}

/// `GET /api/{}/x`: the names of captures may differ.
std::string nameless(std::string method, std::string_view pattern) {
  boost::to_upper(method);
  std::string out = method + " ";
  bool in_name = false;
  for (const char c : pattern) {
    if (!in_name)
      out += c;
    in_name = c == '{' || (in_name && c != '}');
    if (c == '}')
      out += c;
  }
  return out;
}

const char* name_of(access who) {
  switch (who) {
  case access::anyone:
    return "anyone";
  case access::read:
    return "read";
  case access::inspect:
    return "inspect";
  case access::write:
    return "write";
  case access::admin:
    break;
  }
  return "admin";
}

std::set<std::string> documented() {
  std::set<std::string> out;
  const auto document = contract();
  for (const auto& [path, methods] : document.at("paths").as_object())
    for (const auto& [method, operation] : methods.as_object())
      out.insert(nameless(method, path));
  return out;
}

TEST(DocumentedRoutes, AreExactlyThoseOfTheRouter) {
  const real_routes routes;
  std::set<std::string> existing;
  for (const auto* each : routes.made.routes())
    existing.insert(nameless(each->method, entry_of(each->pattern)));
  EXPECT_EQ(documented(), existing);
}

TEST(DocumentedRoutes, NameWhoMayUseThem) {
  const real_routes routes;
  const auto document = contract();
  const auto& paths = document.at("paths").as_object();
  for (const auto* each : routes.made.routes()) {
    const auto* path = paths.if_contains(entry_of(each->pattern));
    ASSERT_TRUE(path) << each->pattern << ": the captures have other names in the contract";
    const auto& operation = path->at(boost::to_lower_copy(each->method));
    EXPECT_EQ(operation.at("x-access").as_string(), name_of(each->who))
        << each->method << " " << each->pattern;
  }
}

TEST(DocumentedRoutes, HaveNamesOfTheirOwn) {
  std::set<std::string> names;
  const auto document = contract();
  for (const auto& [path, methods] : document.at("paths").as_object())
    for (const auto& [method, operation] : methods.as_object()) {
      const std::string name{operation.at("operationId").as_string()};
      EXPECT_TRUE(names.insert(name).second) << name << " is there twice";
    }
}

TEST(DocumentedProblems, AreExactlyThoseThatExist) {
  std::set<std::string> existing;
  for (int code = 1; code <= static_cast<int>(errc::internal); ++code)
    existing.insert(to_string(static_cast<errc>(code)));
  std::set<std::string> named;
  const auto document = contract();
  for (const auto& code : document.at_pointer("/components/schemas/ProblemCode/enum").as_array())
    named.insert(std::string{code.as_string()});
  EXPECT_EQ(named, existing);
}

} // namespace
} // namespace test
} // namespace standings
