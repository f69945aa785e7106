// Without min_vector_width the compiler splits the vectors in two, at half the speed.
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("arch=x86-64-v4"), min_vector_width(512))), apply_to = function)
#define CK_NAME ck_avx512
#define CK_TILE_VECTORS 3
#include "variant.inc"
#pragma clang attribute pop
#endif
