# -fno-sanitize=null: CAF 0.17.6 binds a null reference in
# caf/detail/init_fun_factory.hpp for function actors without arguments.
if(STANDINGS_SANITIZE)
  # with the sanitizers' checks in between, GCC no longer sees what is initialised
  add_compile_options(-Wno-maybe-uninitialized)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=null -fno-omit-frame-pointer
                      -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=address,undefined -fno-sanitize=null)
endif()
