#include "stores/sqlite/leaderboard_rows.hpp"

namespace standings {

std::vector<leaderboard> sqlite_leaderboard_rows::find(std::span<const std::string> ids) {
  return tables_.find(ids);
}

score_rules sqlite_leaderboard_rows::rules_of(const leaderboard* which) {
  return which ? which->settings.rules : default_rules_;
}

period_starts sqlite_leaderboard_rows::starts_of(const leaderboard* which) {
  return which ? tables_.starts_to_write(*which, at_.now) : at_.starts;
}

void sqlite_leaderboard_rows::find(std::span<leaderboard_request> requests) {
  for (auto& request : requests) {
    auto& row = requests_.find.with(request.number, request.user_id, request.key);
    const bool known = row.executeStep();
    if (known) {
      request.body = row.getColumn(0).getString();
      request.states = row.getColumn(1).getString();
    }
    requests_.find.done();
    if (!known && request.number == no_number)
      find_of_default(request);
  }
}

void sqlite_leaderboard_rows::add(std::span<const leaderboard_request> requests) {
  for (const auto& r : requests) {
    requests_.add.with(r.number, r.user_id, r.key, r.body, r.states, to_micros(at_.now)).exec();
    if (r.number == no_number)
      add_of_default(r);
  }
}

/// The transaction has locked all rows.
std::vector<std::optional<user_record>>
sqlite_leaderboard_rows::lock(std::span<const leaderboard_row_key> keys,
                              std::vector<std::string>&) {
  std::vector<std::optional<user_record>> out;
  out.reserve(keys.size());
  for (const auto& key : keys) {
    auto row = key.number == no_number ? tables_.users().find_row(key.user_id)
                                       : tables_.find_row(key.number, key.user_id);
    if (row && !row->unreadable.empty())
      unreadable_.emplace(out.size(), row->refusal());
    out.push_back(row ? std::optional{std::move(row->user)} : std::nullopt);
  }
  return out;
}

std::vector<std::uint64_t> sqlite_leaderboard_rows::add_users(std::span<const tenant_users> of) {
  std::vector<std::uint64_t> out;
  for (const auto& [tenant, added] : of) {
    auto before = tenants_.kept_users.first(read_count, tenant);
    if (!before) {
      before = tenants_.count_users.only(read_count, tenant);
      tenants_.keep_users.with(tenant, static_cast<std::int64_t>(*before), to_micros(at_.now))
          .exec();
    }
    tenants_.add_users.with(tenant, static_cast<std::int64_t>(added)).exec();
    out.push_back(*before);
  }
  return out;
}

void sqlite_leaderboard_rows::take_back_users(const tenant_users& of) {
  tenants_.take_back_users.with(of.tenant, static_cast<std::int64_t>(of.added)).exec();
}

void sqlite_leaderboard_rows::write(std::span<const changed_row> rows) {
  for (const auto& row : rows) {
    row.user->version = ++at_.version;
    if (row.number == no_number)
      tables_.write_default_row(*row.user);
    else
      tables_.write_row(row.number, *row.user);
  }
}

void sqlite_leaderboard_rows::find_of_default(leaderboard_request& request) {
  auto& row = requests_.find_of_default.with(request.user_id, request.key);
  if (row.executeStep())
    fill_in(request, row.getColumn(7).getInt64(), read_user_record(row));
  requests_.find_of_default.done();
}

void sqlite_leaderboard_rows::add_of_default(const leaderboard_request& r) {
  const auto& s = r.user.score;
  requests_.add_of_default
      .with(r.key, r.user_id, r.count, s[0], s[1], s[2], s[3], to_micros(r.user.updated_at),
            r.user.version, to_micros(at_.now))
      .exec();
}

} // namespace standings
