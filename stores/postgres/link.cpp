#include "stores/postgres/link.hpp"

#include "stores/postgres/connection.hpp"
#include "stores/postgres/socket_deadline.hpp"
#include "stores/postgres/trouble.hpp"

#include <utility>

namespace standings {

namespace {

constexpr std::chrono::seconds idle_for_a_while{5};
constexpr std::chrono::seconds longest_silence{1};

} // namespace

pqxx::connection& postgres_link::use() {
  const auto now = now_();
  if (now - std::exchange(used_, now) >= idle_for_a_while) {
    const socket_deadline limit{db_->sock(), longest_silence};
    pqxx::nontransaction{*db_}.exec("SELECT 1");
  }
  return *db_;
}

std::optional<failure> postgres_link::give_up(retries& left, stage at) {
  const bool committing = at == stage::committing;
  switch (const auto what = trouble_of(*db_, committing)) {
  case trouble::cut: {
    auto why = translate_postgres();
    if (--left.cuts > 0 && reopen())
      return std::nullopt;
    return why;
  }
  case trouble::conflict:
  case trouble::busy: {
    auto why = too_busy();
    roll_back(at);
    if ((what == trouble::busy ? --left.busy : --left.conflicts) > 0)
      return std::nullopt;
    return why;
  }
  case trouble::unsure:
    return translate_postgres(committing);
  case trouble::refused:
    break;
  }
  auto why = translate_postgres(committing);
  roll_back(at);
  return why;
}

/// Opens a new connection; returns whether that worked. If not, the old one is kept.
bool postgres_link::reopen() {
  if (!reopen_ || !may_reopen_)
    return false;
  try {
    auto fresh = reopen_();
    for (const auto& setup : setups_)
      setup(*fresh);
    db_ = std::move(fresh);
    ++incarnation_;
    return true;
  } catch (const pqxx::failure&) {
    return false; // the server is away: the caller reports the first failure
  }
}

void postgres_link::roll_back(stage at) {
  if (at == stage::single)
    return;
  try {
    pqxx::nontransaction{*db_}.exec("ROLLBACK");
  } catch (const pqxx::failure&) {
    // the connection is lost, and its transaction with it
  }
}

} // namespace standings
