#include "sync/reconcile/quarantine.hpp"

#include "core/base/hex.hpp"
#include "core/base/validate.hpp"

namespace standings {

namespace {

/// The id as storable text: in an invalid id, everything but printable ASCII is escaped.
std::string printable(const std::string& id) {
  if (validate_user_id(id))
    return id;
  constexpr std::size_t most = 512;
  std::string out;
  for (const char c : id) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= ' ' && byte < 0x7f && c != '\\')
      out += c;
    else
      append_hex(out += "\\x", byte);
    if (out.size() > most)
      break;
  }
  return out;
}

} // namespace

void quarantine(const run_settings& run, const std::string& user_id, const std::string& reason,
                batch_outcome& out) {
  ++out.counts.quarantined;
  out.quarantined.push_back({printable(user_id), reason, run.run_id, {}, system_now(), 1});
}

} // namespace standings
