/** One point: a disc with a soft edge, and a rim that keeps it apart from its neighbours. */
export const POINT_VERTEX = `#version 300 es
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

export const POINT_FRAGMENT = `#version 300 es
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

/** A picture in a rectangle of the screen: left, bottom, right, top in clip space. */
export const PICTURE_VERTEX = `#version 300 es
uniform vec4 rectangle;
out vec2 at;
void main() {
  at = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  gl_Position = vec4(mix(rectangle.xy, rectangle.zw, at), 0.0, 1.0);
}`;

export const PICTURE_FRAGMENT = `#version 300 es
precision mediump float;
uniform sampler2D picture;
in vec2 at;
out vec4 shown;
void main() {
  shown = texture(picture, at);
}`;

/** A program with its uniforms by name. Throws an Error with what the compiler said. */
export class Program {
  readonly #gl: WebGL2RenderingContext;
  readonly #program: WebGLProgram;
  readonly #uniforms = new Map<string, WebGLUniformLocation | null>();

  constructor(gl: WebGL2RenderingContext, vertex: string, fragment: string) {
    this.#gl = gl;
    this.#program = gl.createProgram();
    for (const [type, source] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]] as const) {
      const shader = gl.createShader(type);
      // A context that is just being lost has none; all is made anew when it is back.
      if (!shader) continue;
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(this.#program, shader);
      gl.deleteShader(shader);
    }
    gl.linkProgram(this.#program);
    if (!gl.getProgramParameter(this.#program, gl.LINK_STATUS) && !gl.isContextLost()) {
      throw new Error(gl.getProgramInfoLog(this.#program) ?? "A program of the map could not be linked.");
    }
  }

  use(): void {
    this.#gl.useProgram(this.#program);
  }

  /** Set a uniform of as many numbers as are given. The program must be in use. */
  set(name: string, ...values: number[]): void {
    if (!this.#uniforms.has(name)) this.#uniforms.set(name, this.#gl.getUniformLocation(this.#program, name));
    const place = this.#uniforms.get(name) ?? null;
    const [x = 0, y = 0, z = 0, w = 0] = values;
    if (values.length === 1) this.#gl.uniform1f(place, x);
    else if (values.length === 2) this.#gl.uniform2f(place, x, y);
    else if (values.length === 3) this.#gl.uniform3f(place, x, y, z);
    else this.#gl.uniform4f(place, x, y, z, w);
  }

  dispose(): void {
    this.#gl.deleteProgram(this.#program);
  }
}
