"""Training of the agents with a trained policy: ``python -m spikeworm_env.baselines linear | ppo``.

One file an agent. Training uses only tuning seeds and needs the extra ``rl``, which is imported when it runs.
"""
