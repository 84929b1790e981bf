#include "sync/leaderboard/cache_rebuild.hpp"

namespace standings {

namespace {

constexpr std::size_t deletions_page = 1'000;

cache_rebuild::failed of_database(const failure& why) {
  return {why, true};
}

cache_rebuild::failed of_cache(const failure& why) {
  return {why, false};
}

} // namespace

void throw_exception_from_error(const cache_rebuild::failed& f,
                                const boost::source_location& where) {
  throw_exception_from_error(f.why, where);
}

cache_rebuild::~cache_rebuild() {
  if (next_.valid())
    next_.wait();
}

cache_rebuild::users cache_rebuild::read(const std::string& after, std::size_t limit) {
  if (!next_.valid())
    return from_.scan(after, limit);
  auto ahead = next_.get();
  return after == next_after_ ? std::move(ahead) : from_.scan(after, limit);
}

cache_rebuild::outcome<cache_rebuild::page> cache_rebuild::load(const std::string& after,
                                                                std::size_t limit) {
  auto found = read(after, limit);
  if (!found)
    return of_database(found.error());
  page out{found->size(), found->empty() ? after : found->back().user_id, found->size() < limit};
  if (!out.done && !repair_)
    read_ahead(out.last, limit);
  if (const auto done = give(std::move(*found)); !done)
    return of_cache(done.error());
  return out;
}

void cache_rebuild::read_ahead(const std::string& after, std::size_t limit) {
  next_after_ = after;
  next_ = std::async(std::launch::async, [this, after, limit] { return from_.scan(after, limit); });
}

result<void> cache_rebuild::give(std::vector<user_record> found) {
  if (repair_)
    if (const auto done = repair_->replace_newer(found); !done)
      return done.error();
  if (newer_than_)
    std::erase_if(found, [this](const user_record& u) { return u.version <= *newer_than_; });
  return to_.load(found);
}

cache_rebuild::outcome<std::uint64_t> cache_rebuild::finish() {
  for (std::string after;;) {
    const auto deletions = from_.scan_deletions(after, deletions_page);
    if (!deletions)
      return of_database(deletions.error());
    if (const auto done = to_.replay_removals(*deletions); !done)
      return of_cache(done.error());
    if (deletions->size() < deletions_page)
      break;
    after = deletions->back().user_id;
  }
  if (newer_than_)
    return std::uint64_t{0};
  if (repair_)
    if (const auto done = repair_->remove_cache_only_users(); !done)
      return of_cache(done.error());
  const auto swept = to_.finish_rebuild();
  if (!swept)
    return of_cache(swept.error());
  if (repair_)
    if (const auto done = repair_->close(); !done)
      return of_database(done.error());
  return *swept;
}

} // namespace standings
