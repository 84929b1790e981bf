#pragma once

#include "core/base/task.hpp"
#include "http/server/answer.hpp"
#include "http/server/request.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace standings {

/// A route's response, which may come later. The request stays valid until then.
using answer_task = task<result<answer>>;

using handler = std::function<answer_task(const request&)>;

/// Which clients may use a route: anybody, or those that have the scope if the policy asks for a
/// token; see access_policy.
enum class access : std::uint8_t { anyone, read, inspect, write, admin };

/// What a route expects as its body.
enum class body_kind : std::uint8_t { none, json, optional_json };

/// What happens to a request if as many as allowed are in flight already. `answer`: for routes that
/// an orchestrator watches, which must not take a busy service for a dead one.
enum class when_busy : std::uint8_t { refuse, answer };

struct route {
  std::string method;
  std::string pattern; ///< `/api/{period}`: a segment in braces matches any non-empty text
  access who = access::anyone;
  body_kind body = body_kind::none;
  handler handle;
  when_busy busy = when_busy::refuse;
  std::vector<std::string> parameters{}; ///< of the query, where others are refused
  bool knows_tenants = false; ///< a token of a tenant may use it; it sees to what that may see
  std::size_t number = 0;     ///< its position in the router, which sets it
};

/// The routes, matched segment by segment; a literal segment takes precedence over a captured one.
/// Immutable while the server runs, hence thread-safe.
class router {
public:
  struct match {
    const route* found = nullptr;
    std::vector<std::string> captures;
    std::string allow; ///< unless found: the methods of this path; empty if the path is unknown
  };

  void add(route r);

  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] const route& at(std::size_t number) const { return entries_[number].what; }

  /// HEAD is served by the GET route. OPTIONS has no routes, but is in every `allow`.
  [[nodiscard]] match find(std::string_view method, const std::vector<std::string>& path) const;

  /// In the order in which they were added; valid until another one is added.
  [[nodiscard]] std::vector<const route*> routes() const;

private:
  struct entry {
    route what;
    std::vector<std::string> segments;
  };
  std::vector<entry> entries_;
};

} // namespace standings
