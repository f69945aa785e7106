#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("arch=x86-64-v3"))), apply_to = function)
#define CK_NAME ck_avx2
#define CK_TILE_VECTORS 1
#include "variant.inc"
#pragma clang attribute pop
#endif
