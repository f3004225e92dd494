import type { Rgb } from "./colours";
import { POINT_FRAGMENT, POINT_VERTEX, Program } from "./shaders";
import { Snapshot } from "./snapshot";
import type { Size, Viewport } from "./viewport";

const PLACE = 0;
const COLOUR = 1;
const RADIUS = 2;

/** Points that lie on top of all others: each has a colour and a size of its own. */
export interface Highlights {
  places: Float32Array;
  /** Red, green, blue and a byte of nothing, each. */
  colours: Uint8Array;
  /** In CSS pixels. */
  radii: Float32Array;
}

/** How the points are drawn, wherever one looks. */
interface Style {
  radius: number;
  opacity: number;
  /** The colour of all points that have none of their own. */
  colour: Rgb;
  rim: Rgb;
}

/** What one frame shows. */
export interface Frame extends Style {
  view: Viewport;
  size: Size;
  /** Device pixels per CSS pixel. */
  ratio: number;
}

/** Draws points with WebGL 2: one call for all of them, one for the highlights. */
export class PointRenderer {
  readonly #gl: WebGL2RenderingContext;
  readonly #program: Program;
  readonly #points: Layer;
  readonly #highlights: Layer;
  readonly #snapshot: Snapshot;

  /** Null if this browser or device has no WebGL 2. */
  static on(canvas: HTMLCanvasElement): PointRenderer | null {
    const gl = canvas.getContext("webgl2", { alpha: false, antialias: false, depth: false, stencil: false });
    return gl && new PointRenderer(gl);
  }

  private constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
    this.#program = new Program(gl, POINT_VERTEX, POINT_FRAGMENT);
    this.#points = new Layer(gl);
    this.#highlights = new Layer(gl);
    this.#snapshot = new Snapshot(gl);
  }

  /** The points; without `colours`, each frame says the one colour of all. */
  setPoints(places: Float32Array, colours: Uint8Array | null): void {
    this.#points.set(places, colours, null);
    this.#snapshot.forget();
  }

  setHighlights({ places, colours, radii }: Highlights): void {
    this.#highlights.set(places, colours, radii);
  }

  /**
   * Draw a frame. With `snapshots`, for graphics that are too slow for all points sixty times a second, they are drawn
   * once and that picture is moved and scaled, until `still` asks for them as they are.
   */
  draw(frame: Frame, snapshots: boolean, still: boolean): void {
    const gl = this.#gl;
    const { size, ratio, rim } = frame;
    const width = Math.round(size.width * ratio);
    const height = Math.round(size.height * ratio);
    if (gl.canvas.width !== width) gl.canvas.width = width;
    if (gl.canvas.height !== height) gl.canvas.height = height;
    gl.disable(gl.BLEND);
    if (snapshots && (still || !this.#snapshot.serves(frame))) {
      this.#snapshot.take(frame, (whole) => this.#drawPoints(whole));
    }
    gl.viewport(0, 0, width, height);
    if (snapshots) {
      gl.clearColor(rim[0] / 255, rim[1] / 255, rim[2] / 255, 1);
      gl.clear(gl.COLOR_BUFFER_BIT);
      this.#snapshot.show(frame);
    } else {
      this.#drawPoints(frame);
    }
    this.#use(frame, 1, 1.5 * ratio);
    this.#highlights.draw();
  }

  #drawPoints(frame: Frame): void {
    const gl = this.#gl;
    const { radius, opacity, colour, rim, ratio } = frame;
    gl.clearColor(rim[0] / 255, rim[1] / 255, rim[2] / 255, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    // A rim keeps touching points apart; on small ones it would be all there is.
    this.#use(frame, opacity, radius >= 2.5 ? ratio : 0);
    gl.vertexAttrib4f(COLOUR, colour[0] / 255, colour[1] / 255, colour[2] / 255, 1);
    gl.vertexAttrib1f(RADIUS, radius);
    this.#points.draw();
  }

  #use({ view, size, ratio, rim }: Frame, opacity: number, rimWidth: number): void {
    const gl = this.#gl;
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    this.#program.use();
    this.#program.set("centre", view.x, view.y);
    this.#program.set("scale", (2 * view.zoom) / size.width, (-2 * view.zoom) / size.height);
    this.#program.set("pixels", ratio);
    this.#program.set("rim", rim[0] / 255, rim[1] / 255, rim[2] / 255);
    this.#program.set("rimWidth", rimWidth);
    this.#program.set("opacity", opacity);
  }

  /** Let go of what the graphics card holds; the canvas can be given to another renderer. */
  dispose(): void {
    this.#points.dispose();
    this.#highlights.dispose();
    this.#snapshot.dispose();
    this.#program.dispose();
  }
}

/** Points with their colours and sizes on the graphics card. */
class Layer {
  readonly #gl: WebGL2RenderingContext;
  readonly #array: WebGLVertexArrayObject;
  readonly #buffers: readonly WebGLBuffer[];
  #count = 0;

  constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
    this.#array = gl.createVertexArray();
    this.#buffers = [PLACE, COLOUR, RADIUS].map(() => gl.createBuffer());
  }

  set(places: Float32Array, colours: Uint8Array | null, radii: Float32Array | null): void {
    const gl = this.#gl;
    gl.bindVertexArray(this.#array);
    this.#fill(PLACE, places, 2, gl.FLOAT);
    this.#fill(COLOUR, colours, 4, gl.UNSIGNED_BYTE);
    this.#fill(RADIUS, radii, 1, gl.FLOAT);
    gl.bindVertexArray(null);
    this.#count = places.length / 2;
  }

  #fill(location: number, data: Float32Array | Uint8Array | null, width: number, type: number): void {
    const gl = this.#gl;
    const buffer = this.#buffers[location];
    if (!data || !buffer) {
      gl.disableVertexAttribArray(location);
      return;
    }
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.bufferData(gl.ARRAY_BUFFER, data, gl.STATIC_DRAW);
    gl.enableVertexAttribArray(location);
    gl.vertexAttribPointer(location, width, type, true, 0, 0);
  }

  draw(): void {
    this.#gl.bindVertexArray(this.#array);
    this.#gl.drawArrays(this.#gl.POINTS, 0, this.#count);
    this.#gl.bindVertexArray(null);
  }

  dispose(): void {
    for (const buffer of this.#buffers) this.#gl.deleteBuffer(buffer);
    this.#gl.deleteVertexArray(this.#array);
  }
}
