#pragma once

#include <memory>
#include <string>

namespace standings {

/// Where the events for one client come from, in the format `text/event-stream`. For the thread of
/// the client's event loop. The destructor ends the subscription.
class event_stream {
public:
  /// The connection that sends the events.
  class reader {
  public:
    /// There may be something for `next`. May destroy the stream: do not touch it afterwards.
    virtual void more() = 0;

  protected:
    ~reader() = default;
  };

  event_stream() = default;
  event_stream(const event_stream&) = delete;
  event_stream& operator=(const event_stream&) = delete;
  virtual ~event_stream() = default;

  /// Subscribes. Called once, before `next`; must not call `more` itself.
  virtual void open(reader& to) = 0;

  /// The next events, whole ones; null if there is nothing new. It is called only when the client
  /// has taken all before: what was replaced in the meantime is skipped.
  virtual std::shared_ptr<const std::string> next() = 0;

  /// Whether what `next` returned last was the end: the connection sends it and ends the stream.
  [[nodiscard]] virtual bool is_over() const { return false; }
};

} // namespace standings
