"""A body whose shape is given: the rigid motion that balances force and torque.

For joint angles theta(t) that somebody prescribes (a recorded posture, a textbook stroke), the medium
leaves one answer for how the body as a whole moves. The laws of low Reynolds number are tested here, and
`body` against it.
"""

from __future__ import annotations

from spikeworm_env.kernels.binding import kernel
from spikeworm_env.kernels.elementary import cos_sin


@kernel
def rigid_motion(phi0, theta, theta_rate, drag_ratio):
    """The velocity at which no net force or torque acts on a body that changes shape.

    Args:
        phi0: angle of link 0, rad.
        theta: (n - 1,) joint angles, rad.
        theta_rate: (n - 1,) their rates, rad/s.
        drag_ratio: K, normal over tangential drag.

    Returns:
        (vx, vy, rate): velocity of the head tip, BL/s, and rate of link 0, rad/s.
    """
    n = theta.shape[0] + 1
    length = 1.0 / n
    extra = drag_ratio - 1.0
    own = drag_ratio * length * length / 12.0  # a link's drag against turning about its midpoint
    dxx = dxy = dyy = dxr = dyr = drr = 0.0  # drag on the body moved and turned as one
    fx = fy = torque = 0.0  # of the change of shape alone
    x = y = ux = uy = 0.0  # start of the link, as seen from the head, and its velocity
    angle, rate = phi0, 0.0
    for i in range(n):
        if i > 0:
            angle += theta[i - 1]
            rate += theta_rate[i - 1]
        c, s = cos_sin(angle)
        mx, my = x + 0.5 * length * c, y + 0.5 * length * s
        vx, vy = ux - 0.5 * length * s * rate, uy + 0.5 * length * c * rate
        axx, axy, ayy = 1.0 + extra * s * s, -extra * s * c, 1.0 + extra * c * c
        dxx += axx
        dxy += axy
        dyy += ayy
        rx, ry = axy * mx - axx * my, ayy * mx - axy * my
        dxr += rx
        dyr += ry
        drr += mx * ry - my * rx + own
        px, py = axx * vx + axy * vy, axy * vx + ayy * vy
        fx -= px
        fy -= py
        torque -= mx * py - my * px + own * rate
        x += length * c
        y += length * s
        ux -= length * s * rate
        uy += length * c * rate
    # eliminate vx, then vy
    dyy -= dxy * dxy / dxx
    fy -= dxy * fx / dxx
    dyr -= dxy * dxr / dxx
    drr -= dxr * dxr / dxx + dyr * dyr / dyy
    torque -= dxr * fx / dxx + dyr * fy / dyy
    turn = torque / drr
    vy = (fy - dyr * turn) / dyy
    return (fx - dxy * vy - dxr * turn) / dxx, vy, turn


@kernel
def advance_prescribed(pose, theta, theta_next, drag_ratio, dt):
    """Move a body from one shape to the next by the midpoint rule.

    The velocity of the shape half way, turned by half of the step's turn, holds for the whole step: second
    order in dt, and a stroke taken backwards undoes itself exactly.

    Args:
        pose: (3,) head x, y (BL) and angle of link 0 (rad); written.
        theta, theta_next: (n - 1,) joint angles before and after, rad.
        drag_ratio: K, normal over tangential drag.
        dt: the step, s.
    """
    half_way = 0.5 * (theta + theta_next)
    vx, vy, rate = rigid_motion(pose[2], half_way, (theta_next - theta) / dt, drag_ratio)
    half_turn = 0.5 * dt * rate
    c, s = cos_sin(half_turn)
    pose[0] += dt * (c * vx - s * vy)
    pose[1] += dt * (s * vx + c * vy)
    pose[2] += dt * rate
