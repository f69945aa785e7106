// Runs on every processor; where it has no fused multiply-add, libm's exact fma stands in.
#define CK_NAME ck_baseline
#define CK_TILE_VECTORS 1
#include "variant.inc"
