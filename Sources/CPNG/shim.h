// One function around libpng, because libpng reports errors by longjmp, which must not cross Swift frames.
#ifndef CPNG_SHIM_H
#define CPNG_SHIM_H

#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

struct cpng_buffer {
  unsigned char *bytes;
  size_t count, capacity;
};

static inline void cpng_append(png_structp png, png_bytep data, png_size_t count) {
  struct cpng_buffer *buffer = (struct cpng_buffer *)png_get_io_ptr(png);
  if (buffer->count + count > buffer->capacity) {
    size_t capacity = 2 * (buffer->count + count);
    unsigned char *bytes = (unsigned char *)realloc(buffer->bytes, capacity);
    if (bytes == NULL) png_error(png, "out of memory");
    buffer->bytes = bytes;
    buffer->capacity = capacity;
  }
  memcpy(buffer->bytes + buffer->count, data, count);
  buffer->count += count;
}

static inline void cpng_flush(png_structp png) { (void)png; }

// Encodes rows of 8-bit RGB as sRGB with a physical resolution and text chunks (UTF-8, pairs of keyword and text). The caller frees result.bytes, which
// is NULL if encoding failed.
static inline struct cpng_buffer cpng_encode(unsigned width, unsigned height, const unsigned char *rgb, unsigned pixels_per_metre,
                                             const char *const *texts, int text_count) {
  // Volatile: read after a longjmp.
  struct cpng_buffer *volatile buffer = (struct cpng_buffer *)calloc(1, sizeof *buffer);
  png_text *volatile entries = (png_text *)calloc((size_t)text_count + 1, sizeof *entries);
  struct cpng_buffer result = {NULL, 0, 0};
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
  png_infop info = png == NULL ? NULL : png_create_info_struct(png);
  if (buffer != NULL && entries != NULL && info != NULL && setjmp(png_jmpbuf(png)) == 0) {
    png_set_write_fn(png, buffer, cpng_append, cpng_flush);
    png_set_IHDR(png, info, width, height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_sRGB_gAMA_and_cHRM(png, info, PNG_sRGB_INTENT_PERCEPTUAL);
    png_set_pHYs(png, info, pixels_per_metre, pixels_per_metre, PNG_RESOLUTION_METER);
    for (int i = 0; i < text_count; i++) {
      entries[i].compression = PNG_ITXT_COMPRESSION_NONE;
      entries[i].key = (png_charp)texts[2 * i];
      entries[i].text = (png_charp)texts[2 * i + 1];
      entries[i].itxt_length = strlen(texts[2 * i + 1]);
    }
    png_set_text(png, info, entries, text_count);
    png_write_info(png, info);
    for (unsigned row = 0; row < height; row++) png_write_row(png, (png_const_bytep)(rgb + (size_t)3 * width * row));
    png_write_end(png, info);
    result = *buffer;
    buffer->bytes = NULL;
  }
  png_destroy_write_struct(&png, &info);
  if (buffer != NULL) free(buffer->bytes);
  free(buffer);
  free(entries);
  return result;
}

#endif
