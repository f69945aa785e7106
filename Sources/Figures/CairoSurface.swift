import CCairo
import CPNG
#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Why a figure could not be drawn.
public struct DrawingError: Error, CustomStringConvertible {
  public let description: String
}

/// Draws scenes, and measures text the way it draws it.
public final class CairoText: TextMeasure {
  private let surface: OpaquePointer?
  private let context: OpaquePointer?

  public init() {
    surface = cairo_image_surface_create(CAIRO_FORMAT_A8, 1, 1)
    context = cairo_create(surface)
  }

  deinit {
    cairo_destroy(context)
    cairo_surface_destroy(surface)
  }

  public func extent(of string: String, in font: Font) -> (width: Double, ascent: Double, descent: Double) {
    select(font, in: context)
    var text = cairo_text_extents_t(), line = cairo_font_extents_t()
    cairo_text_extents(context, string, &text)
    cairo_font_extents(context, &line)
    return (text.x_advance, line.ascent, line.descent)
  }
}

private func select(_ font: Font, in context: OpaquePointer?) {
  cairo_select_font_face(context, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL, font.isBold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL)
  cairo_set_font_size(context, font.size)
  // Widths in points, the same for every output format and resolution.
  let options = cairo_font_options_create()
  cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
  cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
  cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
  cairo_set_font_options(context, options)
  cairo_font_options_destroy(options)
}

extension Scene {
  public enum VectorFormat: String, Sendable, CaseIterable { case svg, pdf }

  /// As a PNG in sRGB.
  ///
  /// - Parameter texts: keyword and text, for the file's own text chunks.
  public func png(dotsPerInch: Double, texts: [(keyword: String, text: String)]) throws -> [UInt8] {
    let scale = dotsPerInch / 72
    let (columns, rows) = (Int((width * scale).rounded(.up)), Int((height * scale).rounded(.up)))
    guard 1...32_000 ~= columns, 1...32_000 ~= rows else { throw DrawingError(description: "a figure of \(columns) x \(rows) pixels is too large") }
    let surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(columns), Int32(rows))
    defer { cairo_surface_destroy(surface) }
    let context = cairo_create(surface)
    cairo_scale(context, scale, scale)
    draw(in: context, asVectors: false)
    cairo_destroy(context)
    cairo_surface_flush(surface)
    guard cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS, let pixels = cairo_image_surface_get_data(surface) else {
      throw DrawingError(description: "Cairo could not draw the figure: \(String(cString: cairo_status_to_string(cairo_surface_status(surface))))")
    }
    let stride = Int(cairo_image_surface_get_stride(surface))
    var rgb = [UInt8](repeating: 0, count: 3 * columns * rows)
    for row in 0..<rows {
      for column in 0..<columns {
        let pixel = UnsafeRawPointer(pixels + row * stride + 4 * column).load(as: UInt32.self)
        let place = 3 * (row * columns + column)
        rgb[place] = UInt8(pixel >> 16 & 0xFF)
        rgb[place + 1] = UInt8(pixel >> 8 & 0xFF)
        rgb[place + 2] = UInt8(pixel & 0xFF)
      }
    }
    let strings = texts.flatMap { [$0.keyword, $0.text] }.map { Array($0.utf8CString) }
    let encoded = withPointers(strings) { pointers in
      cpng_encode(UInt32(columns), UInt32(rows), rgb, UInt32((dotsPerInch / 0.0254).rounded()), pointers, Int32(texts.count))
    }
    guard let bytes = encoded.bytes else { throw DrawingError(description: "libpng could not encode the figure") }
    defer { free(bytes) }
    return Array(UnsafeBufferPointer(start: bytes, count: encoded.count))
  }

  private func withPointers<R>(_ strings: [[CChar]], _ body: ([UnsafePointer<CChar>?]) -> R) -> R {
    var pointers: [UnsafePointer<CChar>?] = []
    func next(_ i: Int) -> R {
      i == strings.count
        ? body(pointers)
        : strings[i].withUnsafeBufferPointer { buffer in
          pointers.append(buffer.baseAddress)
          return next(i + 1)
        }
    }
    return next(0)
  }

  /// As SVG or PDF, by the same drawing.
  public func vector(_ format: VectorFormat, title: String) throws -> [UInt8] {
    let sink = Bytes()
    let closure = Unmanaged.passUnretained(sink).toOpaque()
    let write: cairo_write_func_t = { closure, data, count in
      guard let closure, let data else { return CAIRO_STATUS_WRITE_ERROR }
      Unmanaged<Bytes>.fromOpaque(closure).takeUnretainedValue().bytes += UnsafeBufferPointer(start: data, count: Int(count))
      return CAIRO_STATUS_SUCCESS
    }
    let surface: OpaquePointer?
    switch format {
    case .svg: surface = cairo_svg_surface_create_for_stream(write, closure, width, height)
    case .pdf:
      surface = cairo_pdf_surface_create_for_stream(write, closure, width, height)
      cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title)
      // The same results give the same bytes.
      cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, "1980-01-01T00:00:00Z")
    }
    let context = cairo_create(surface)
    draw(in: context, asVectors: true)
    cairo_destroy(context)
    cairo_surface_finish(surface)
    let status = cairo_surface_status(surface)
    cairo_surface_destroy(surface)
    guard status == CAIRO_STATUS_SUCCESS else {
      throw DrawingError(description: "Cairo could not draw the figure: \(String(cString: cairo_status_to_string(status)))")
    }
    let bytes = withExtendedLifetime(sink) { sink.bytes }
    guard format == .svg else { return bytes }
    // Cairo numbers the surfaces of a process; the same figure must be the same file whatever was drawn before it.
    return Array(String(decoding: bytes, as: UTF8.self).replacing(#/id="surface\d+"/#, with: "id=\"figure\"").utf8)
  }

  private final class Bytes { var bytes: [UInt8] = [] }

  private func draw(in context: OpaquePointer?, asVectors: Bool) {
    cairo_set_source_rgb(context, 1, 1, 1)
    cairo_paint(context)
    cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
    for mark in marks {
      cairo_save(context)
      switch mark {
      case .rectangle(let box, let colour): fill(box, colour, in: context)
      case .tiles(let tiles, let whole):
        for tile in asVectors ? Self.seamless(tiles, within: whole) : tiles { fill(tile.box, tile.colour, in: context) }
      case .area(let polygons, let colour, let clip):
        self.clip(to: clip, in: context)
        for polygon in polygons { path(polygon, isClosed: true, in: context) }
        set(colour, in: context)
        cairo_fill(context)
      case .line(let points, let stroke, let clip):
        self.clip(to: clip, in: context)
        path(points, isClosed: false, in: context)
        set(stroke.colour, in: context)
        cairo_set_line_width(context, stroke.width)
        cairo_set_dash(context, stroke.dash, Int32(stroke.dash.count), 0)
        cairo_set_line_cap(context, stroke.dash.isEmpty ? CAIRO_LINE_CAP_ROUND : CAIRO_LINE_CAP_BUTT)
        cairo_stroke(context)
      case .text(let text):
        select(text.font, in: context)
        set(text.colour, in: context)
        cairo_move_to(context, text.origin.x, text.origin.y)
        if text.readsUpwards { cairo_rotate(context, -.pi / 2) }
        cairo_show_text(context, text.string)
      }
      cairo_restore(context)
    }
  }

  private func fill(_ box: Box, _ colour: Colour, in context: OpaquePointer?) {
    // Neighbours meet exactly; smoothed edges would show as seams.
    cairo_set_antialias(context, CAIRO_ANTIALIAS_NONE)
    set(colour, in: context)
    cairo_rectangle(context, box.x, box.y, box.width, box.height)
    cairo_fill(context)
  }

  /// How far a tile reaches under those that are drawn after it.
  private static let overlap = 0.6

  /// Viewers of vector files smooth every edge by itself, and paper shines through where two meet. So tiles reach under their neighbours to the right and below,
  /// which come later; neighbours of one colour are one.
  private static func seamless(_ tiles: [Tile], within whole: Box) -> [Tile] {
    var joined: [Tile] = []
    for tile in tiles {
      if let last = joined.last, last.colour == tile.colour, last.box.y == tile.box.y, last.box.height == tile.box.height,
        abs(last.box.right - tile.box.x) < 1e-6
      {
        joined[joined.count - 1].box.width = tile.box.right - last.box.x
      } else {
        joined.append(tile)
      }
    }
    return joined.map { tile in
      let right = min(tile.box.right + overlap, whole.right), bottom = min(tile.box.bottom + overlap, whole.bottom)
      return Tile(Box(x: tile.box.x, y: tile.box.y, width: right - tile.box.x, height: bottom - tile.box.y), tile.colour)
    }
  }

  private func set(_ colour: Colour, in context: OpaquePointer?) {
    cairo_set_source_rgba(context, colour.red, colour.green, colour.blue, colour.alpha)
  }

  private func clip(to box: Box?, in context: OpaquePointer?) {
    guard let box else { return }
    cairo_rectangle(context, box.x, box.y, box.width, box.height)
    cairo_clip(context)
  }

  private func path(_ points: [Point], isClosed: Bool, in context: OpaquePointer?) {
    for (i, point) in points.enumerated() {
      if i == 0 { cairo_move_to(context, point.x, point.y) } else { cairo_line_to(context, point.x, point.y) }
    }
    if isClosed { cairo_close_path(context) }
  }
}
