#include "stores/postgres/leaderboard_rows.hpp"

#include "stores/postgres/leaderboard_sql.hpp"
#include "stores/postgres/score_sql.hpp"
#include "stores/postgres/user_arrays.hpp"
#include "stores/sql/sql_text.hpp"

#include <algorithm>
#include <set>

namespace standings {

namespace {

namespace leaderboard_sql = postgres_leaderboard_sql;

user_arrays arrays_of(std::span<const leaderboard_rows::changed_row> rows) {
  user_arrays out;
  for (const auto& row : rows)
    out.add(*row.user);
  return out;
}

} // namespace

void postgres_leaderboard_rows::prepare(postgres_leaderboard_tables& tables) {
  tables.prepare("named_leaderboards", leaderboard_sql::find);
  tables.prepare("named_requests", leaderboard_sql::find_requests);
  tables.prepare("named_add_requests", leaderboard_sql::add_requests);
  tables.prepare("default_requests", postgres_sql::find_requests);
  tables.prepare("default_add_requests", leaderboard_sql::add_default_requests);
  tables.prepare("named_lock", leaderboard_sql::lock_users);
  tables.prepare("named_held", leaderboard_sql::held_users);
  tables.prepare("named_make", leaderboard_sql::make_users);
  tables.prepare("named_drop", leaderboard_sql::drop_users);
  tables.prepare("default_drop", leaderboard_sql::drop_default_users);
  tables.prepare("named_write", leaderboard_sql::write_users);
  tables.prepare("tenant_add", leaderboard_sql::add_users);
  tables.prepare("tenant_take_back", leaderboard_sql::take_back_users);
  tables.prepare("tenant_count",
                 replaced(replaced(leaderboard_sql::count_users_first, "{users_of_tenant}",
                                   leaderboard_sql::users_of_tenant),
                          "{tenant}", "$1"));
  tables.prepare("default_lock", leaderboard_sql::lock_default_users);
  tables.prepare("default_held", postgres_sql::locked_rows);
  tables.prepare("default_make", leaderboard_sql::make_default_users);
  tables.prepare("default_write",
                 replaced(postgres_sql::put, "least({time:u.at}, clock_timestamp())", "{time:u.at}")
                     + leaderboard_sql::returning_versions);
}

std::vector<leaderboard> postgres_leaderboard_rows::find(std::span<const std::string> ids) {
  std::vector<leaderboard> out;
  for (const auto& row :
       tx_.exec_prepared("named_leaderboards", text_array({ids.begin(), ids.end()}))) {
    auto read = postgres_leaderboard_tables::read_leaderboard(row);
    recorded_[read.found.number] = read.recorded;
    out.push_back(std::move(read.found));
  }
  return out;
}

score_rules postgres_leaderboard_rows::rules_of(const leaderboard* which) {
  return which ? which->settings.rules : default_rules_;
}

period_starts postgres_leaderboard_rows::starts_of(const leaderboard* which) {
  const auto starts =
      which ? tables_.starts(*which, recorded_.at(which->number), at_.now) : at_.starts;
  if (!tables_.users().past().is_open(which ? which->number : no_number, starts)) {
    ended_.push_back(tables_.due_of(which, starts));
    if (which)
      ended_ids_.push_back(which->id);
  }
  return starts;
}

void postgres_leaderboard_rows::find(std::span<leaderboard_request> requests) {
  std::vector<std::int64_t> numbers;
  std::vector<std::string> users;
  std::vector<std::string> keys;
  for (const auto& request : requests) {
    numbers.push_back(request.number);
    users.push_back(request.user_id);
    keys.push_back(request.key);
  }
  for (const auto& row : tx_.exec_prepared("named_requests", bigint_array(numbers),
                                           text_array(users), text_array(keys))) {
    auto& known = requests[row[0].as<std::size_t>() - 1];
    known.body = row[1].c_str();
    known.states = row[2].c_str();
  }
  find_of_default(requests);
}

void postgres_leaderboard_rows::find_of_default(std::span<leaderboard_request> requests) {
  std::map<std::pair<std::string, std::string>, leaderboard_request*> unknown;
  std::vector<std::string> users;
  std::vector<std::string> keys;
  for (auto& request : requests) {
    if (request.number != no_number || !request.states.empty())
      continue;
    unknown.emplace(std::pair{request.user_id, request.key}, &request);
    users.push_back(request.user_id);
    keys.push_back(request.key);
  }
  if (unknown.empty())
    return;
  for (const auto& row : tx_.exec_prepared("default_requests", text_array(users), text_array(keys)))
    fill_in(*unknown.at({row[0].c_str(), row[7].c_str()}), row[8].as<std::int64_t>(),
            read_user_record(row));
}

void postgres_leaderboard_rows::add(std::span<const leaderboard_request> requests) {
  std::vector<std::int64_t> numbers;
  std::vector<std::string> users;
  std::vector<std::string> keys;
  std::vector<std::string> bodies;
  std::vector<std::string> states;
  for (const auto& request : requests) {
    numbers.push_back(request.number);
    users.push_back(request.user_id);
    keys.push_back(request.key);
    bodies.push_back(request.body);
    states.push_back(request.states);
  }
  tx_.exec_prepared("named_add_requests", bigint_array(numbers), text_array(users),
                    text_array(keys), text_array(bodies), text_array(states), to_micros(at_.now));
  add_of_default(requests);
}

void postgres_leaderboard_rows::add_of_default(std::span<const leaderboard_request> requests) {
  std::vector<std::string> keys;
  std::vector<std::int64_t> counts;
  std::vector<std::int64_t> versions;
  user_arrays users;
  for (const auto& request : requests) {
    if (request.number != no_number)
      continue;
    keys.push_back(request.key);
    counts.push_back(request.count);
    versions.push_back(request.user.version);
    users.add(request.user);
  }
  if (!keys.empty())
    tx_.exec_prepared("default_add_requests", text_array(keys), users.ids(), bigint_array(counts),
                      users.scores(period::daily), users.scores(period::weekly),
                      users.scores(period::monthly), users.scores(period::yearly), users.times(),
                      bigint_array(versions), to_micros(at_.now));
}

std::vector<std::optional<user_record>>
postgres_leaderboard_rows::lock(std::span<const leaderboard_row_key> keys,
                                std::vector<std::string>& locked) {
  row_arrays named;
  row_arrays of_default;
  positions at;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    auto& to = keys[i].number == no_number ? of_default : named;
    to.numbers.push_back(keys[i].number);
    to.users.push_back(keys[i].user_id);
    to.positions.push_back(i);
    at.emplace(std::pair{keys[i].number, keys[i].user_id}, i);
  }
  if (held_ == held::leave_out) {
    note_held(named, locked);
    if (!of_default.users.empty())
      for (const auto& user :
           first_texts(tx_.exec_prepared("default_held", text_array(of_default.users))))
        locked.push_back(user);
    const std::set<std::string> out{locked.begin(), locked.end()};
    for (auto* of : {&named, &of_default}) {
      row_arrays kept;
      for (std::size_t i = 0; i < of->users.size(); ++i)
        if (!out.contains(of->users[i])) {
          kept.numbers.push_back(of->numbers[i]);
          kept.users.push_back(of->users[i]);
          kept.positions.push_back(of->positions[i]);
        }
      *of = std::move(kept);
    }
  }
  stored_rows stored(keys.size());
  read_default(of_default, at, stored);
  read_named(named, at, stored);
  make_missing(of_default, at, stored);
  make_missing(named, at, stored);
  return stored;
}

void postgres_leaderboard_rows::note_held(const row_arrays& of, std::vector<std::string>& locked) {
  if (of.users.empty())
    return;
  for (auto& user :
       first_texts(tx_.exec_prepared("named_held", bigint_array(of.numbers), text_array(of.users))))
    locked.push_back(std::move(user));
}

void postgres_leaderboard_rows::read_named(const row_arrays& of, const positions& at,
                                           stored_rows& out) {
  if (of.users.empty())
    return;
  for (const auto& row :
       tx_.exec_prepared("named_lock", bigint_array(of.numbers), text_array(of.users)))
    out[at.at({row[7].as<std::int64_t>(), row[0].c_str()})] = read_user_record(row);
}

void postgres_leaderboard_rows::read_default(const row_arrays& of, const positions& at,
                                             stored_rows& out) {
  if (of.users.empty())
    return;
  for (const auto& row : tx_.exec_prepared("default_lock", text_array(of.users)))
    out[at.at({no_number, row[0].c_str()})] = read_user_record(row);
}

/// Makes the rows that do not exist. Those that another transaction has made meanwhile are read.
void postgres_leaderboard_rows::make_missing(const row_arrays& of, const positions& at,
                                             stored_rows& out) {
  row_arrays missing;
  for (std::size_t i = 0; i < of.users.size(); ++i)
    if (!out[of.positions[i]]) {
      missing.numbers.push_back(of.numbers[i]);
      missing.users.push_back(of.users[i]);
      missing.positions.push_back(of.positions[i]);
    }
  if (missing.users.empty())
    return;
  const bool named = missing.numbers.front() != no_number;
  const auto made = named ? tx_.exec_prepared("named_make", bigint_array(missing.numbers),
                                              text_array(missing.users))
                          : tx_.exec_prepared("default_make", text_array(missing.users));
  std::set<std::size_t> ours;
  for (const auto& row : made) {
    const std::pair key{named ? row[1].as<std::int64_t>() : no_number, std::string{row[0].c_str()}};
    ours.insert(at.at(key));
    made_.insert(key);
  }
  row_arrays others;
  for (std::size_t i = 0; i < missing.users.size(); ++i)
    if (!ours.contains(missing.positions[i])) {
      others.numbers.push_back(missing.numbers[i]);
      others.users.push_back(missing.users[i]);
      others.positions.push_back(missing.positions[i]);
    }
  if (named)
    read_named(others, at, out);
  else
    read_default(others, at, out);
  for (const auto position : others.positions)
    if (!out[position])
      throw pqxx::serialization_failure{"a row was made and deleted meanwhile"};
}

/// Those whose users are not counted yet are missing from what it returns.
std::map<std::string, std::uint64_t>
postgres_leaderboard_rows::add_to_kept(std::span<const tenant_users> of) {
  std::vector<std::string> tenants;
  std::vector<std::int64_t> added;
  for (const auto& [tenant, users] : of) {
    tenants.push_back(tenant);
    added.push_back(static_cast<std::int64_t>(users));
  }
  std::map<std::string, std::uint64_t> out;
  for (const auto& row : tx_.exec_prepared("tenant_add", text_array(tenants), bigint_array(added)))
    out[row[0].c_str()] =
        static_cast<std::uint64_t>(std::max<std::int64_t>(0, row[1].as<std::int64_t>()));
  return out;
}

std::vector<std::uint64_t> postgres_leaderboard_rows::add_users(std::span<const tenant_users> of) {
  auto before = add_to_kept(of);
  std::vector<tenant_users> rest;
  for (const auto& one : of)
    if (!before.contains(one.tenant)) {
      tx_.exec_prepared("tenant_count", one.tenant);
      rest.push_back(one);
    }
  if (!rest.empty())
    before.merge(add_to_kept(rest));
  std::vector<std::uint64_t> out;
  for (const auto& one : of)
    out.push_back(before.at(one.tenant));
  return out;
}

void postgres_leaderboard_rows::take_back_users(const tenant_users& of) {
  tx_.exec_prepared("tenant_take_back", of.tenant, static_cast<std::int64_t>(of.added));
}

void postgres_leaderboard_rows::write(std::span<const changed_row> rows) {
  std::vector<changed_row> named;
  std::vector<changed_row> of_default;
  for (const auto& row : rows)
    (row.number == no_number ? of_default : named).push_back(row);
  write_default(of_default);
  write_named(named);
  drop_unwritten(rows);
}

/// The updates of these users were refused.
void postgres_leaderboard_rows::drop_unwritten(std::span<const changed_row> rows) {
  for (const auto& row : rows)
    made_.erase({row.number, row.user->user_id});
  std::vector<std::int64_t> numbers;
  std::vector<std::string> users;
  std::vector<std::string> of_default;
  for (const auto& [number, user] : made_)
    if (number == no_number) {
      of_default.push_back(user);
    } else {
      numbers.push_back(number);
      users.push_back(user);
    }
  if (!of_default.empty())
    tx_.exec_prepared("default_drop", text_array(of_default));
  if (!users.empty())
    tx_.exec_prepared("named_drop", bigint_array(numbers), text_array(users));
}

void postgres_leaderboard_rows::write_named(std::span<const changed_row> rows) {
  if (rows.empty())
    return;
  const auto a = arrays_of(rows);
  std::vector<std::int64_t> numbers;
  std::map<std::pair<std::int64_t, std::string>, user_record*> by_key;
  for (const auto& row : rows) {
    numbers.push_back(row.number);
    by_key.emplace(std::pair{row.number, row.user->user_id}, row.user);
  }
  for (const auto& row :
       tx_.exec_prepared("named_write", bigint_array(numbers), a.ids(), a.scores(period::daily),
                         a.scores(period::weekly), a.scores(period::monthly),
                         a.scores(period::yearly), a.times()))
    by_key.at({row[1].as<std::int64_t>(), row[0].c_str()})->version = row[2].as<std::int64_t>();
}

void postgres_leaderboard_rows::write_default(std::span<const changed_row> rows) {
  if (rows.empty())
    return;
  const auto a = arrays_of(rows);
  std::map<std::string, user_record*> by_id;
  for (const auto& row : rows)
    by_id.emplace(row.user->user_id, row.user);
  for (const auto& row : tx_.exec_prepared("default_write", a.ids(), a.scores(period::daily),
                                           a.scores(period::weekly), a.scores(period::monthly),
                                           a.scores(period::yearly), a.times()))
    by_id.at(row[0].c_str())->version = row[1].as<std::int64_t>();
}

} // namespace standings
