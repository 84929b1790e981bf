#include "stores/sql/leaderboard_batch.hpp"

#include "core/leaderboard/feeds.hpp"
#include "core/leaderboard/leaderboard_id.hpp"
#include "core/leaderboard/leaderboard_states.hpp"
#include "core/leaderboard/replay.hpp"
#include "stores/sql/around_locks.hpp"
#include "stores/sql/reached_leaderboards.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace standings {

namespace {

using request_key = std::tuple<std::int64_t, std::string, std::string>;

update_outcome outcome_of(const failure& why) {
  update_outcome out;
  out.code = why.code;
  out.detail = why.detail;
  return out;
}

update_outcome refused_by(const std::string& leaderboard, const failure& why) {
  auto out = outcome_of(why);
  out.refused_by = leaderboard;
  return out;
}

class batch_application {
public:
  batch_application(std::span<const score_update> batch, leaderboard_rows& rows,
                    const tenant_quotas& quotas)
      : batch_(batch), rows_(rows), quotas_(quotas),
        known_([&rows](std::span<const std::string> ids) { return rows.find(ids); }),
        ledger_(rows.now()), outcomes_(batch.size()), reached_(batch.size()),
        settled_(batch.size()) {}

  std::optional<std::vector<update_outcome>> run() {
    resolve();
    if (!open_ledger())
      return std::nullopt;
    enter_rows(); // before the keys are looked up: rows are locked then, so no key can be used
                  // twice
    replay();
    refuse_unreadable();
    make_room();
    count();
    give_back_room();
    write();
    repeat();
    return std::move(outcomes_);
  }

private:
  struct repetition {
    std::size_t position;
    std::size_t first;
  };

  void settle(std::size_t i, update_outcome outcome) {
    outcomes_[i] = std::move(outcome);
    settled_[i] = true;
  }

  /// Finds out in which leaderboards each update counts.
  void resolve() {
    std::vector<std::string> named;
    for (const auto& update : batch_)
      named.insert(named.end(), update.leaderboards.begin(), update.leaderboards.end());
    known_.meet(std::move(named));
    for (std::size_t i = 0; i < batch_.size(); ++i) {
      const auto& ids = batch_[i].leaderboards;
      const auto missing =
          std::find_if(ids.begin(), ids.end(), [&](const auto& id) { return !known_.has(id); });
      if (ids.empty())
        settle(i, outcome_of(unknown_leaderboard("")));
      else if (missing != ids.end())
        settle(i, refused_by_others(batch_[i]).value_or(outcome_of(unknown_leaderboard(*missing))));
      else
        reach(i, reached_from(ids, known_.feeds()));
    }
  }

  /// Each of those that an update names reaches no more than that, but all of them together may.
  static update_outcome reaches_too_many() {
    return outcome_of(fail(errc::out_of_range, "leaderboards, with what they feed, are more than "
                                                   + std::to_string(max_reached)));
  }

  void reach(std::size_t i, std::vector<std::string> ids) {
    if (ids.size() > max_reached)
      return settle(i, reaches_too_many());
    if (auto refused = refused_for_settings(ids))
      return settle(i, *std::move(refused));
    reached_[i] = std::move(ids);
  }

  std::optional<update_outcome> refused_for_settings(const std::vector<std::string>& ids) {
    for (const auto& id : ids)
      if (const auto* named = known_.find(id); named && !named->unreadable.empty())
        return refused_by(id, unreadable_settings(*named));
    return std::nullopt;
  }

  /// What those that exist refuse of an update of which others do not. This is said first: nobody
  /// is to make the others for an update that is refused then.
  std::optional<update_outcome> refused_by_others(const score_update& update) {
    const auto reached = reached_from(update.leaderboards, known_.feeds());
    if (reached.size() > max_reached)
      return reaches_too_many();
    if (auto unreadable = refused_for_settings(reached))
      return unreadable;
    for (const auto& id : reached)
      if (const auto valid = validate_count(update.count, rows_.rules_of(known_.find(id))); !valid)
        return refused_by(id, valid.error());
    return std::nullopt;
  }

  std::int64_t number_of(const std::string& id) {
    const auto* named = known_.find(id);
    return named ? named->number : no_number;
  }

  request_key key_of(const score_update& update) {
    return {number_of(update.leaderboards.front()), update.user_id, update.key};
  }

  /// Answers the updates whose keys are known, and sets aside those whose keys occurred earlier in
  /// the batch.
  void replay() {
    std::map<request_key, std::size_t> firsts;
    std::vector<leaderboard_request> asked;
    std::vector<std::size_t> positions;
    for (std::size_t i = 0; i < batch_.size(); ++i) {
      if (settled_[i] || batch_[i].key.empty())
        continue;
      const auto [at, is_first] = firsts.try_emplace(key_of(batch_[i]), i);
      if (!is_first) {
        repetitions_.push_back({i, at->second});
        settled_[i] = true;
        continue;
      }
      const auto& [number, user_id, key] = at->first;
      asked.push_back({number, user_id, key});
      positions.push_back(i);
    }
    if (asked.empty())
      return;
    rows_.find(asked);
    for (std::size_t n = 0; n < asked.size(); ++n)
      if (!asked[n].states.empty())
        settle(positions[n], replay_states(batch_[positions[n]], asked[n].body, asked[n].states));
  }

  /// Returns whether rows may be written.
  bool open_ledger() {
    for (std::size_t i = 0; i < batch_.size(); ++i)
      if (!settled_[i])
        for (const auto& id : reached_[i])
          if (!ledger_.has(id)) {
            const auto* named = known_.find(id);
            ledger_.open(id, rows_.rules_of(named), rows_.starts_of(named));
          }
    return rows_.may_write();
  }

  void enter_rows() {
    std::set<std::pair<std::string, std::string>> wanted;
    for (std::size_t i = 0; i < batch_.size(); ++i)
      if (!settled_[i])
        for (const auto& id : reached_[i])
          wanted.emplace(id, batch_[i].user_id);
    if (wanted.empty())
      return;
    std::vector<leaderboard_row_key> keys;
    for (const auto& [id, user_id] : wanted)
      keys.push_back({number_of(id), id, user_id});
    std::vector<std::string> locked;
    auto stored = rows_.lock(keys, locked);
    for (std::size_t k = 0; k < keys.size(); ++k)
      if (stored[k])
        ledger_.enter(keys[k].leaderboard, *std::move(stored[k]));
    for (auto& [k, why] : rows_.unreadable())
      unreadable_.emplace_back(keys[k], std::move(why));
    if (locked.empty())
      return;
    const std::set<std::string> held{locked.begin(), locked.end()};
    for (std::size_t i = 0; i < batch_.size(); ++i)
      if (!settled_[i] && held.contains(batch_[i].user_id))
        settle(i, locked_outcome());
  }

  /// What was counted under a key before a row was damaged is still told.
  void refuse_unreadable() {
    for (const auto& [row, why] : unreadable_)
      for (std::size_t i = 0; i < batch_.size(); ++i)
        if (!settled_[i] && batch_[i].user_id == row.user_id
            && std::find(reached_[i].begin(), reached_[i].end(), row.leaderboard)
                   != reached_[i].end())
          settle(i, refused_by(row.leaderboard, why));
  }

  /// Takes room for all users of updates that are to be counted who may be new in leaderboards of
  /// tenants with a quota. The last lock of the transaction, so that it is held briefly and nobody
  /// who holds it waits.
  void make_room() {
    if (quotas_.by_tenant.empty())
      return;
    std::map<std::string, std::set<std::pair<std::string, std::string>>> made;
    for (std::size_t i = 0; i < batch_.size(); ++i)
      if (!settled_[i])
        for (const auto& id : reached_[i])
          if (id != default_leaderboard && !ledger_.knows(id, batch_[i].user_id))
            if (const std::string tenant{tenant_of(id)}; quotas_.of(tenant).users > 0)
              made[tenant].emplace(id, batch_[i].user_id);
    if (made.empty())
      return;
    for (const auto& [tenant, users] : made)
      added_.push_back({tenant, users.size()});
    const auto before = rows_.add_users(added_);
    for (std::size_t t = 0; t < added_.size(); ++t) {
      const auto quota = quotas_.of(added_[t].tenant).users;
      ledger_.allow_new_users(added_[t].tenant, quota - std::min(quota, before[t]), quota);
    }
  }

  void give_back_room() {
    for (const auto& [tenant, added] : added_)
      if (const auto made = ledger_.new_users(tenant); made < added)
        rows_.take_back_users({tenant, added - made});
  }

  void count() {
    for (std::size_t i = 0; i < batch_.size(); ++i)
      if (!settled_[i])
        outcomes_[i] = ledger_.count(batch_[i], reached_[i]);
  }

  void write() {
    std::vector<leaderboard_rows::changed_row> changed;
    for (const auto& row : ledger_.changed())
      changed.push_back({number_of(*row.leaderboard), row.user});
    rows_.write(changed);
    ledger_.finish(outcomes_);
    std::vector<leaderboard_request> counted;
    for (std::size_t i = 0; i < batch_.size(); ++i) {
      if (settled_[i] || batch_[i].key.empty() || outcomes_[i].code != errc::none)
        continue;
      const auto [number, user_id, key] = key_of(batch_[i]);
      counted.push_back(
          {number, user_id, key, body_text(batch_[i]), states_text(outcomes_[i].states)});
      if (batch_[i].leaderboards.size() == 1)
        counted.back().count = batch_[i].count;
      counted.back().user = outcomes_[i].user;
    }
    if (!counted.empty())
      rows_.add(counted);
  }

  void repeat() {
    for (const auto& [position, first] : repetitions_)
      outcomes_[position] = replay_in_batch(outcomes_[first], body_text(batch_[position])
                                                                  == body_text(batch_[first]));
  }

  const std::span<const score_update> batch_;
  leaderboard_rows& rows_;
  const tenant_quotas& quotas_;
  reached_leaderboards known_;
  score_ledger ledger_;
  std::vector<update_outcome> outcomes_;
  std::vector<std::vector<std::string>> reached_;
  std::vector<bool> settled_; ///< not to be counted
  std::vector<repetition> repetitions_;
  std::vector<leaderboard_rows::tenant_users> added_;
  std::vector<std::pair<leaderboard_row_key, failure>> unreadable_;
};

} // namespace

void fill_in(leaderboard_request& request, std::int64_t count, const user_record& user) {
  const std::string id{default_leaderboard};
  request.body = body_text({user.user_id, count, request.key, {}, {id}});
  const leaderboard_state state{id, user};
  request.states = states_text({&state, 1});
}

std::vector<score_update> updates_of(const std::string& leaderboard,
                                     std::span<const score_update> batch) {
  std::vector<score_update> out{batch.begin(), batch.end()};
  for (auto& update : out)
    update.leaderboards = {leaderboard};
  return out;
}

std::optional<std::vector<update_outcome>>
apply_leaderboard_batch(std::span<const score_update> batch, leaderboard_rows& rows,
                        const tenant_quotas& quotas) {
  return batch_application{batch, rows, quotas}.run();
}

} // namespace standings
