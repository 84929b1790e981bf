#include "stores/redis/key_events.hpp"

#include "stores/redis/glob.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace standings {

namespace {

using std::chrono::milliseconds;
using clock = std::chrono::steady_clock;

constexpr std::size_t most_events = 1'000;
constexpr milliseconds silence{2'000}; ///< after which the server has to answer a PING
constexpr auto setting = "notify-keyspace-events";

/// The flags that are missing for events of strings: `A` stands for all types of events, `K` for
/// channels named by key.
std::string missing_flags(std::string_view flags) {
  std::string out;
  const auto has = [&](char c) {
    return flags.find(c) != std::string_view::npos;
  };
  if (!has('K'))
    out += 'K';
  for (const char c : {'g', '$', 'x', 'e'})
    if (!has('A') && !has(c))
      out += c;
  return out;
}

/// Whether an event comes with another one, or is caused by a read; such events are only sent if
/// another program has switched them on.
bool is_no_write(std::string_view event) {
  return event == "new" || event == "keymiss";
}

class redis_key_events final : public key_events {
public:
  redis_key_events(key_events_options options, std::unique_ptr<redis_connection> subscriber)
      : options_(std::move(options)), subscriber_(std::move(subscriber)),
        channel_start_("__keyspace@" + std::to_string(options_.connection.db) + "__:") {}

  ~redis_key_events() override {
    if (options_.own && listening_)
      options_.own->stop_listening(*listening_);
  }

  /// Switches notifications on before it subscribes, so that a change between the two is reported
  /// later. Our own writes until this returns may be taken for foreign ones.
  result<void> start() {
    if (const auto looked = still_notified(); !looked)
      return looked.error();
    if (auto done = subscribe(); !done)
      return done;
    if (options_.own)
      listening_ = options_.own->start_listening();
    return {};
  }

  result<std::vector<key_event>> next(milliseconds limit) override {
    if (read_.empty())
      if (const auto read = receive(limit); !read)
        return read.error();
    add_found_foreign();
    return std::exchange(read_, {});
  }

  [[nodiscard]] std::uint64_t own() const override {
    return options_.own ? options_.own->heard() : 0;
  }

  [[nodiscard]] bool notified() const override { return notified_; }

  result<bool> still_notified() override {
    if (!asker_ || asker_->broken()) {
      auto opened = redis_connection::open(options_.connection);
      if (!opened)
        return opened.error();
      asker_ = std::move(*opened);
    }
    const auto flags = asker_->command({"CONFIG", "GET", setting});
    if (!flags)
      return refused(flags.error());
    const std::string present{(*flags)[1].text()};
    const auto missing = missing_flags(present);
    if (missing.empty()) {
      notified_ = true;
      return true;
    }
    const auto wanted = present + missing;
    if (const auto set = asker_->command({"CONFIG", "SET", setting, wanted}); !set)
      return refused(set.error());
    notified_ = true;
    if (options_.own) // notifications of what was announced meanwhile never arrive
      options_.own->forget();
    return false;
  }

private:
  /// CONFIG has failed: the connection was lost, or CONFIG is forbidden.
  result<bool> refused(const failure& why) {
    if (asker_->broken())
      return why;
    notified_ = false;
    return false;
  }

  result<void> subscribe() {
    std::vector<std::string> patterns;
    for (const auto& prefix : options_.key_prefixes)
      patterns.push_back(escape_glob(channel_start_ + prefix) + "*");
    if (auto done = subscribe("PSUBSCRIBE", patterns); !done)
      return done;
    return subscribe("SUBSCRIBE", options_.channels);
  }

  /// The server confirms each name; events of the earlier ones may arrive in between.
  result<void> subscribe(std::string_view command, const std::vector<std::string>& names) {
    if (names.empty())
      return {};
    redis_connection::arguments words{command};
    words.insert(words.end(), names.begin(), names.end());
    if (const auto sent = subscriber_->send(words); !sent)
      return sent.error();
    const auto all = confirmed_ + names.size();
    const auto until = clock::now() + options_.connection.command_timeout;
    while (confirmed_ < all) {
      if (clock::now() >= until)
        return fail(errc::store_unavailable, "the cache does not confirm a subscription");
      if (const auto read = receive(options_.connection.command_timeout); !read)
        return read.error();
    }
    return {};
  }

  /// Reads what has arrived, or waits for it; a silent server has to answer a PING within the
  /// command time-out.
  result<void> receive(milliseconds limit) {
    const auto until = clock::now() + limit;
    const auto confirmed_before = confirmed_;
    for (;;) {
      const auto left = std::chrono::ceil<milliseconds>(until - clock::now());
      const auto replies =
          subscriber_->pushed(std::clamp(left, milliseconds{0}, silence), most_events);
      if (!replies)
        return replies.error();
      const auto now = clock::now();
      for (const auto& reply : *replies)
        if (auto taken = take(reply); !taken)
          return taken;
      if (!replies->empty()) {
        heard_ = now;
        asked_ = false;
        if (!read_.empty() || confirmed_ != confirmed_before)
          return {};
      }
      if (auto alive = look_after(now); !alive)
        return alive;
      if (now >= until)
        return {};
    }
  }

  result<void> look_after(clock::time_point now) {
    if (!asked_ && now - heard_ >= silence) {
      asked_ = true;
      asked_at_ = now;
      return subscriber_->send({"PING"});
    }
    if (asked_ && now - asked_at_ >= options_.connection.command_timeout)
      return fail(errc::store_unavailable, "the connection to the cache was lost");
    return {};
  }

  result<void> take(const redis_reply& reply) {
    if (reply.is_error())
      return fail(errc::store_unavailable, "the cache refuses a subscription");
    const auto type = reply[0].text();
    if (type == "pmessage") {
      if (const auto channel = reply[2].text(); channel.starts_with(channel_start_))
        take_event(channel.substr(channel_start_.size()), reply[3].text());
    } else if (type == "message") {
      read_.push_back(
          {key_event::kind::message, std::string{reply[1].text()}, std::string{reply[2].text()}});
    } else if (type == "psubscribe" || type == "subscribe") {
      ++confirmed_;
    }
    return {};
  }

  void take_event(std::string_view key, std::string_view what) {
    if (options_.own && (is_no_write(what) || options_.own->take(what, key)))
      return;
    read_.push_back({key_event::kind::key, std::string{key}, std::string{what}});
  }

  void add_found_foreign() {
    if (!options_.own)
      return;
    for (auto& [key, what] : options_.own->found_foreign())
      read_.push_back({key_event::kind::key, std::move(key), std::move(what)});
  }

  const key_events_options options_;
  const std::unique_ptr<redis_connection> subscriber_;
  const std::string channel_start_;
  std::unique_ptr<redis_connection> asker_; ///< a connection that has subscribed cannot send CONFIG
  std::vector<key_event> read_;             ///< read, but not returned yet
  std::optional<std::uint64_t> listening_;  ///< for own_writes
  std::size_t confirmed_ = 0;               ///< number of confirmed subscriptions
  bool notified_ = false;
  clock::time_point heard_ = clock::now();
  bool asked_ = false; ///< a PING has been sent and not answered, since
  clock::time_point asked_at_{};
};

} // namespace

result<std::unique_ptr<key_events>> open_redis_key_events(const key_events_options& options) {
  auto subscriber = redis_connection::open(options.connection);
  if (!subscriber)
    return subscriber.error();
  auto made = std::make_unique<redis_key_events>(options, std::move(*subscriber));
  if (const auto started = made->start(); !started)
    return started.error();
  return std::unique_ptr<key_events>{std::move(made)};
}

} // namespace standings
