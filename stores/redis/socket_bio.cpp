#include "stores/redis/socket_bio.hpp"

#include "stores/redis/socket_errors.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <cstddef>

namespace standings {

namespace {

int socket_of(BIO* bio) {
  return *static_cast<const int*>(BIO_get_data(bio));
}

int write(BIO* bio, const char* bytes, int size) {
  BIO_clear_retry_flags(bio);
  const auto n = ::send(socket_of(bio), bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL);
  if (n < 0 && would_block(errno))
    BIO_set_retry_write(bio);
  return static_cast<int>(n);
}

int read(BIO* bio, char* to, int size) {
  BIO_clear_retry_flags(bio);
  const auto n = ::recv(socket_of(bio), to, static_cast<std::size_t>(size), 0);
  if (n < 0 && would_block(errno))
    BIO_set_retry_read(bio);
  if (n == 0)
    BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  return static_cast<int>(n);
}

long control(BIO* bio, int command, long, void*) {
  if (command == BIO_CTRL_EOF)
    return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0;
  return command == BIO_CTRL_FLUSH; // nothing is buffered here
}

BIO_METHOD* make_method() {
  auto* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket");
  if (made) {
    BIO_meth_set_write(made, write);
    BIO_meth_set_read(made, read);
    BIO_meth_set_ctrl(made, control);
  }
  return made;
}

} // namespace

BIO* make_socket_bio(int* fd) {
  static BIO_METHOD* const method = make_method(); // never freed: threads may outlive statics
  auto* bio = method ? BIO_new(method) : nullptr;
  if (!bio)
    return nullptr;
  BIO_set_data(bio, fd);
  BIO_set_init(bio, 1);
  return bio;
}

} // namespace standings
