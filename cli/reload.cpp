#include "cli/reload.hpp"

#include "config/options.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace standings {

namespace {

bool is_about_access(std::string_view path) {
  constexpr std::array<std::string_view, 5> others{"http.reads", "http.writes", "http.inspect",
                                                   "http.allowed_hosts", "tokens_file"};
  return path.starts_with("admin.")
         || std::find(others.begin(), others.end(), path) != others.end();
}

} // namespace

reload_plan plan_reload(const config& running, const config& read) {
  reload_plan out;
  for (const auto& o : all_options()) {
    if (o.same(running, read))
      continue;
    if (o.path.starts_with("log."))
      out.log = true;
    else if (o.path.starts_with("http.tls.") && serves_tls(running) && serves_tls(read))
      continue; // the files are read again in any case
    else if (is_about_access(o.path))
      out.access = true;
    else
      out.restarts.push_back(o.path);
  }
  out.access = out.access || running.tokens != read.tokens;
  return out;
}

} // namespace standings
