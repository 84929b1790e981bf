#include "stores/sql/around_locks.hpp"

#include <algorithm>

namespace standings {

namespace {

constexpr std::size_t max_remembered = 10'000;

} // namespace

bool locked_users::has_any_of(std::span<const score_update> batch) const {
  return !users_.empty()
         && std::any_of(batch.begin(), batch.end(),
                        [this](const score_update& update) { return has(update.user_id); });
}

void locked_users::remember(const std::string& user_id) {
  if (users_.size() >= max_remembered)
    users_.clear();
  users_.insert(user_id);
}

update_outcome locked_outcome() {
  update_outcome out;
  out.code = errc::overloaded;
  out.detail = "this user's row is locked by another program; nothing was counted";
  return out;
}

result<std::vector<update_outcome>> around_locks::run(clock::time_point give_up) {
  give_up_ = give_up;
  outcomes_.assign(batch_.size(), locked_outcome());
  settled_.assign(batch_.size(), false);
  positions others;
  positions suspects;
  for (std::size_t i = 0; i < batch_.size(); ++i)
    (known_.has(batch_[i].user_id) ? suspects : others).push_back(i);
  for (const auto* part : {&others, &suspects})
    if (const auto why = settle(*part)) {
      if (!changed_)
        return *why;
      if (why->code == errc::overloaded)
        break;
      for (std::size_t i = 0; i < batch_.size(); ++i)
        if (!settled_[i])
          outcomes_[i].code = errc::store_unavailable;
      break;
    }
  return std::move(outcomes_);
}

std::optional<failure> around_locks::settle(const positions& part) {
  if (part.empty() || clock::now() >= give_up_)
    return std::nullopt;
  std::vector<score_update> updates;
  updates.reserve(part.size());
  for (const auto i : part)
    updates.push_back(batch_[i]);
  bool began = false;
  auto done = apply_(updates, began);
  if (done) {
    take(part, *done);
    return std::nullopt;
  }
  const auto& why = done.error();
  const bool is_a_users = (why.code == errc::overloaded && began) || why.code == errc::rejected_row;
  if (!is_a_users) {
    if (why.code == errc::outcome_unknown)
      give(part, why);
    return why;
  }
  if (is_one_user(part)) {
    if (why.code == errc::overloaded) {
      known_.remember(updates.front().user_id);
      for (const auto i : part)
        settled_[i] = true; // still locked
    } else {
      give(part, why);
    }
    return std::nullopt;
  }
  const auto [first, second] = halves(part);
  if (auto lost = settle(first))
    return lost;
  return settle(second);
}

void around_locks::take(const positions& part, std::vector<update_outcome>& outcomes) {
  changed_ = true;
  for (std::size_t i = 0; i < part.size(); ++i) {
    const auto& user_id = batch_[part[i]].user_id;
    if (outcomes[i].code == errc::overloaded)
      known_.remember(user_id);
    else
      known_.forget(user_id);
    outcomes_[part[i]] = std::move(outcomes[i]);
    settled_[part[i]] = true;
  }
}

void around_locks::give(const positions& part, const failure& why) {
  changed_ = true;
  for (const auto i : part) {
    outcomes_[i].code = why.code;
    outcomes_[i].detail = why.detail;
    settled_[i] = true;
  }
}

/// Keeps all increments of a user together, in order. Separates users with idempotency keys from
/// those without before it halves either: they need one more table.
std::pair<around_locks::positions, around_locks::positions>
around_locks::halves(const positions& part) const {
  std::unordered_set<std::string_view> keyed;
  std::unordered_set<std::string_view> users;
  std::vector<std::string_view> in_order;
  for (const auto i : part) {
    if (users.insert(batch_[i].user_id).second)
      in_order.emplace_back(batch_[i].user_id);
    if (!batch_[i].key.empty())
      keyed.insert(batch_[i].user_id);
  }
  auto later = std::move(keyed);
  if (later.empty() || later.size() == users.size()) {
    const auto middle = in_order.begin() + static_cast<std::ptrdiff_t>(in_order.size() / 2);
    later = {middle, in_order.end()};
  }
  std::pair<positions, positions> out;
  for (const auto i : part)
    (later.contains(batch_[i].user_id) ? out.second : out.first).push_back(i);
  return out;
}

bool around_locks::is_one_user(const positions& part) const {
  return std::all_of(part.begin(), part.end(), [&](std::size_t i) {
    return batch_[i].user_id == batch_[part.front()].user_id;
  });
}

} // namespace standings
