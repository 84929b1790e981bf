#pragma once

#include "messages/internal/reconcile.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <deque>
#include <functional>
#include <string>

namespace standings {

struct webhook_sender_options {
  std::size_t tries = 5;
  std::chrono::milliseconds first_pause{1'000}; ///< doubles with each try
  std::size_t max_waiting = 100;
};

/// Posts one body; see http/client/webhook.hpp.
using post_fn = std::function<result<void>(const std::string& body)>;

/// Posts events about runs to the webhook in order, and retries each for a while. Blocking, so the
/// spawn site detaches it; no other actor waits for it. Reports events that it gives up to `front`.
struct webhook_sender_state {
  explicit webhook_sender_state(webhook_sender_actor::pointer selfptr) : self(selfptr) {}

  void init(post_fn post, reconcile_front_actor to, const webhook_sender_options& with);
  void add(const webhook_event& event);
  void send_next();

  webhook_sender_actor::pointer self;
  static inline const char* name = "webhook_sender";

private:
  void give_up(const std::string& reason);

  webhook_sender_options options_;
  post_fn post_;
  reconcile_front_actor front_;
  std::deque<std::string> waiting_; ///< bodies to post; the first is being tried
  std::size_t tries_ = 0;           ///< at posting the first
};

webhook_sender_actor::behavior_type
webhook_sender(webhook_sender_actor::stateful_pointer<webhook_sender_state> self, post_fn post,
               reconcile_front_actor front, webhook_sender_options options);

} // namespace standings
