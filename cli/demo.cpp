#include "cli/demo.hpp"

#include <array>
#include <cmath>
#include <random>

namespace standings {

namespace {

constexpr std::size_t players = 500;

std::string player_name(std::size_t i) {
  constexpr std::array<std::string_view, 25> adjectives{
      "amber",  "brisk",  "calm",   "clever", "cosmic", "crisp",  "daring", "eager",  "fuzzy",
      "gentle", "happy",  "jolly",  "keen",   "lucky",  "mellow", "nimble", "plucky", "quiet",
      "rapid",  "silver", "steady", "sunny",  "swift",  "tidy",   "witty"};
  constexpr std::array<std::string_view, 20> animals{
      "badger", "beaver", "bison",  "crane", "falcon", "ferret", "gecko", "heron", "ibex",  "koala",
      "lemur",  "lynx",   "marten", "otter", "panda",  "puffin", "raven", "seal",  "stoat", "wren"};
  return std::string{adjectives[i % adjectives.size()]} + "-"
         + std::string{animals[i / adjectives.size() % animals.size()]};
}

/// The i-th player's scores: a power law over the year, a part of that in each shorter period, and
/// some players not active today.
scores scores_of(std::size_t place, std::mt19937& random) {
  std::uniform_real_distribution<double> share{0.0, 1.0};
  const auto yearly = 2'400.0 / std::pow(static_cast<double>(place + 1), 0.8);
  const auto monthly = yearly * (0.05 + 0.10 * share(random));
  const auto weekly = monthly * (0.15 + 0.25 * share(random));
  const auto daily = share(random) < 0.4 ? 0.0 : weekly * (0.1 + 0.2 * share(random));
  const auto whole = [](double x) {
    return static_cast<std::int64_t>(x);
  };
  return {whole(daily), whole(weekly), whole(monthly), whole(yearly) + 1};
}

} // namespace

result<std::size_t> fill_demo(score_store& store) {
  const auto present = store.count();
  if (!present)
    return present.error();
  if (*present > 0)
    return std::size_t{0};
  const auto state = store.periods();
  if (!state)
    return state.error();
  std::mt19937 random{20}; // a fixed seed: always the same board
  std::vector<user_record> users;
  for (std::size_t i = 0; i < players; ++i)
    users.push_back({player_name(i * 7 % players), scores_of(i, random), state->now, 0});
  if (const auto done = store.put(users); !done)
    return done.error();
  return users.size();
}

} // namespace standings
