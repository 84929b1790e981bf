/// Only for the thread sanitizer: announces orderings between threads that it cannot see itself.
///
/// Debian's CAF is not compiled for the sanitizer, so it does not see the atomics that order a
/// sender's writes before the receiver's reads, and an actor's work on one thread before its work
/// on the next. Nearly every message would be reported. The functions below replace those of the
/// library, whose symbols a program may override, and announce exactly these orderings. A race
/// inside a handler is still reported. Written for CAF 0.17.6; compare the library's functions
/// before using another version.

#include <caf/actor_control_block.hpp>
#include <caf/blocking_actor.hpp>
#include <caf/ref_counted.hpp>
#include <caf/scheduled_actor.hpp>
#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>
#include <semaphore.h>

#include <cstdlib>
#include <utility>

static_assert(CAF_VERSION == 1706);

namespace {

/// The library's own function of this mangled name.
template <class Function>
Function original(const char* name) {
  auto* found = ::dlsym(RTLD_NEXT, name);
  if (!found)
    std::abort();
  return reinterpret_cast<Function>(found);
}

/// Everything this thread did so far happens before what follows `happens_after(where)` elsewhere.
void happens_before(void* where) {
  __tsan_release(where);
}
void happens_after(void* where) {
  __tsan_acquire(where);
}

} // namespace

namespace caf {

// -- a message is written before it is read ---------------------------------------------

void scheduled_actor::enqueue(mailbox_element_ptr element, execution_unit* host) {
  using function = void (*)(scheduled_actor*, mailbox_element_ptr, execution_unit*);
  static const auto go_on =
      original<function>("_ZN3caf15scheduled_actor7enqueueESt10unique_ptrINS_15mailbox_elementENS_"
                         "6detail8disposerEEPNS_14execution_unitE");
  happens_before(element.get());
  go_on(this, std::move(element), host);
}

void blocking_actor::enqueue(mailbox_element_ptr element, execution_unit* host) {
  using function = void (*)(blocking_actor*, mailbox_element_ptr, execution_unit*);
  static const auto go_on =
      original<function>("_ZN3caf14blocking_actor7enqueueESt10unique_ptrINS_15mailbox_elementENS_"
                         "6detail8disposerEEPNS_14execution_unitE");
  happens_before(element.get());
  go_on(this, std::move(element), host);
}

intrusive::task_result scheduled_actor::mailbox_visitor::operator()(mailbox_element& element) {
  using function = intrusive::task_result (*)(mailbox_visitor*, mailbox_element&);
  static const auto go_on =
      original<function>("_ZN3caf15scheduled_actor15mailbox_visitorclERNS_15mailbox_elementE");
  happens_after(&element);
  const auto result = go_on(this, element);
  happens_before(self); // at once: another thread may resume the actor before resume() returns here
  return result;
}

intrusive::task_result blocking_actor::mailbox_visitor::operator()(mailbox_element& element) {
  using function = intrusive::task_result (*)(mailbox_visitor*, mailbox_element&);
  static const auto go_on =
      original<function>("_ZN3caf14blocking_actor15mailbox_visitorclERNS_15mailbox_elementE");
  happens_after(&element);
  return go_on(this, element);
}

// -- an actor runs on one thread at a time ----------------------------------------------

void scheduled_actor::launch(execution_unit* host, bool lazy, bool hide) {
  using function = void (*)(scheduled_actor*, execution_unit*, bool, bool);
  static const auto go_on =
      original<function>("_ZN3caf15scheduled_actor6launchEPNS_14execution_unitEbb");
  happens_before(this);
  go_on(this, host, lazy, hide);
}

resumable::resume_result scheduled_actor::resume(execution_unit* host, size_t throughput) {
  using function = resume_result (*)(scheduled_actor*, execution_unit*, size_t);
  static const auto go_on =
      original<function>("_ZN3caf15scheduled_actor6resumeEPNS_14execution_unitEm");
  happens_after(this);
  const auto result = go_on(this, host, throughput);
  happens_before(this);
  return result;
}

// -- shared objects are deleted after their last use ------------------------------------
// The same code as in the library, but here the sanitizer sees the atomics.

void ref_counted::deref() const noexcept {
  if (unique())
    request_deletion(false);
  else if (rc_.fetch_sub(1, std::memory_order_acq_rel) == 1)
    request_deletion(true);
}

void intrusive_ptr_release_weak(actor_control_block* block) {
  if (block->weak_refs == 1 || block->weak_refs.fetch_sub(1, std::memory_order_acq_rel) == 1)
    block->block_dtor(block);
}

void intrusive_ptr_release(actor_control_block* block) {
  if (block->strong_refs.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    block->data_dtor(block->get());
    intrusive_ptr_release_weak(block);
  }
}

} // namespace caf

// GCC 12's sanitizer intercepts sem_post and sem_timedwait, but not this function.
extern "C" int sem_clockwait(sem_t* semaphore, clockid_t clock, const timespec* until) {
  using function = int (*)(sem_t*, clockid_t, const timespec*);
  static const auto go_on = original<function>("sem_clockwait");
  const int result = go_on(semaphore, clock, until);
  if (result == 0)
    happens_after(semaphore);
  return result;
}
