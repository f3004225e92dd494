import type { Rgb } from "./colours";
import type { Size, Viewport } from "./viewport";

const VERTEX = `#version 300 es
layout(location = 0) in vec2 place;
layout(location = 1) in vec4 colour;
layout(location = 2) in float radius;
uniform vec2 centre;
uniform vec2 scale;
uniform float pixels;
out vec3 fill;
out float edge;
out float size;
void main() {
  gl_Position = vec4((place - centre) * scale, 0.0, 1.0);
  edge = radius * pixels;
  // A pixel more at each side, for the soft edge.
  size = 2.0 * edge + 2.0;
  gl_PointSize = size;
  fill = colour.rgb;
}`;

const FRAGMENT = `#version 300 es
precision mediump float;
uniform vec3 rim;
uniform float rimWidth;
uniform float opacity;
in vec3 fill;
in float edge;
in float size;
out vec4 shown;
void main() {
  float distance = length(gl_PointCoord - 0.5) * size;
  float cover = clamp(edge + 0.5 - distance, 0.0, 1.0) * opacity;
  float inner = clamp(edge - rimWidth + 0.5 - distance, 0.0, 1.0);
  shown = vec4(mix(rim, fill, inner) * cover, cover);
}`;

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

/** What one picture of the map is made of; colours of points are bytes like those of highlights, or one for all. */
export interface Frame {
  view: Viewport;
  size: Size;
  /** Device pixels per CSS pixel. */
  ratio: number;
  radius: number;
  opacity: number;
  colour: Rgb;
  rim: Rgb;
}

const UNIFORMS = ["centre", "scale", "pixels", "rim", "rimWidth", "opacity"] as const;

/** Draws points with WebGL 2: one call for all of them, one for the highlights. */
export class PointRenderer {
  readonly #gl: WebGL2RenderingContext;
  readonly #program: WebGLProgram;
  readonly #uniforms: ReadonlyMap<(typeof UNIFORMS)[number], WebGLUniformLocation | null>;
  readonly #points: Layer;
  readonly #highlights: Layer;

  /** Null if this browser or device has no WebGL 2. */
  static on(canvas: HTMLCanvasElement): PointRenderer | null {
    const gl = canvas.getContext("webgl2", { antialias: false, depth: false, stencil: false });
    return gl && new PointRenderer(gl);
  }

  private constructor(gl: WebGL2RenderingContext) {
    this.#gl = gl;
    this.#program = linked(gl);
    this.#uniforms = new Map(UNIFORMS.map((name) => [name, gl.getUniformLocation(this.#program, name)]));
    this.#points = new Layer(gl);
    this.#highlights = new Layer(gl);
  }

  /** The points; without `colours`, each frame says the one colour of all. */
  setPoints(places: Float32Array, colours: Uint8Array | null): void {
    this.#points.set(places, colours, null);
  }

  setHighlights({ places, colours, radii }: Highlights): void {
    this.#highlights.set(places, colours, radii);
  }

  draw({ view, size, ratio, radius, opacity, colour, rim }: Frame): void {
    const gl = this.#gl;
    const width = Math.round(size.width * ratio);
    const height = Math.round(size.height * ratio);
    if (gl.canvas.width !== width) gl.canvas.width = width;
    if (gl.canvas.height !== height) gl.canvas.height = height;
    gl.viewport(0, 0, width, height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT);
    gl.useProgram(this.#program);
    gl.enable(gl.BLEND);
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
    const uniform = (name: (typeof UNIFORMS)[number]) => this.#uniforms.get(name) ?? null;
    gl.uniform2f(uniform("centre"), view.x, view.y);
    gl.uniform2f(uniform("scale"), (2 * view.zoom) / size.width, (-2 * view.zoom) / size.height);
    gl.uniform1f(uniform("pixels"), ratio);
    gl.uniform3f(uniform("rim"), rim[0] / 255, rim[1] / 255, rim[2] / 255);
    // A rim keeps touching points apart; on small ones it would be all there is.
    gl.uniform1f(uniform("rimWidth"), radius >= 2.5 ? ratio : 0);
    gl.uniform1f(uniform("opacity"), opacity);
    gl.vertexAttrib4f(COLOUR, colour[0] / 255, colour[1] / 255, colour[2] / 255, 1);
    gl.vertexAttrib1f(RADIUS, radius);
    this.#points.draw();
    gl.uniform1f(uniform("rimWidth"), 1.5 * ratio);
    gl.uniform1f(uniform("opacity"), 1);
    this.#highlights.draw();
  }

  /** Let go of what the graphics card holds; the canvas can be given to another renderer. */
  dispose(): void {
    this.#points.dispose();
    this.#highlights.dispose();
    this.#gl.deleteProgram(this.#program);
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

function linked(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram();
  for (const [type, source] of [[gl.VERTEX_SHADER, VERTEX], [gl.FRAGMENT_SHADER, FRAGMENT]] as const) {
    const shader = gl.createShader(type);
    // A context that is just being lost has none; it is drawn anew when it is back.
    if (!shader) continue;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
    gl.deleteShader(shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    throw new Error(gl.getProgramInfoLog(program) ?? "The program of the map could not be linked.");
  }
  return program;
}
