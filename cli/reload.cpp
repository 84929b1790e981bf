#include "cli/reload.hpp"

#include "config/options.hpp"

namespace standings {

reload_plan plan_reload(const config& running, const config& read) {
  reload_plan out;
  for (const auto& o : all_options()) {
    if (o.same(running, read))
      continue;
    if (o.path.starts_with("log."))
      out.log = true;
    else if (o.path.starts_with("http.tls.") && serves_tls(running) && serves_tls(read))
      continue; // the files are read again in any case
    else
      out.restarts.push_back(o.path);
  }
  return out;
}

} // namespace standings
