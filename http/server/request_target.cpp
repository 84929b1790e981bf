#include "http/server/request_target.hpp"

#include "core/base/percent.hpp"
#include "http/server/host_field.hpp"
#include "http/server/request.hpp"

#include <boost/algorithm/string/predicate.hpp>

#include <algorithm>
#include <array>
#include <string>

namespace standings {

namespace {

failure no_target(const char* why) {
  return fail(errc::malformed, std::string{"the request target "} + why);
}

/// Which bytes may be in a target: a table, for each request asks for each byte.
constexpr std::array<bool, 256> in_target = [] {
  std::array<bool, 256> out{};
  for (std::size_t c = '!'; c < out.size(); ++c)
    out[c] = c != 0x7f;
  for (const char c : std::string_view{"\"#<>\\^`{|}"})
    out[static_cast<unsigned char>(c)] = false;
  return out;
}();

bool is_in_target(char c) {
  return in_target[static_cast<unsigned char>(c)];
}

std::size_t size_of_scheme(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"})
    if (boost::istarts_with(target, scheme))
      return scheme.size();
  return 0;
}

/// RFC 9112, 3.2.2: whatever the Host says, the target's authority counts.
result<void> take_absolute(request& rq, std::size_t scheme) {
  const std::string_view target{rq.target};
  const auto path = std::min(target.find_first_of("/?", scheme), target.size());
  const auto authority = target.substr(scheme, path - scheme);
  if (authority.empty() || authority.front() == ':' || !is_host_field(authority))
    return no_target("has no usable host");
  if (rq.headers.count("Host") == 1 && is_host_field(rq.headers.value("Host")))
    rq.headers.replace("Host", authority);
  std::string origin{target.substr(path)};
  rq.target = origin.starts_with('/') ? std::move(origin) : "/" + origin;
  return {};
}

} // namespace

result<void> take_target(request& rq) {
  if (!std::all_of(rq.target.begin(), rq.target.end(), is_in_target))
    return no_target("has characters that have to be percent-encoded");
  if (has_broken_escape(rq.target))
    return no_target("has a broken percent escape");
  if (rq.target.starts_with('/') || (rq.target == "*" && rq.method == "OPTIONS"))
    return {};
  if (const auto scheme = size_of_scheme(rq.target); scheme > 0)
    return take_absolute(rq, scheme);
  return no_target("is not a path");
}

} // namespace standings
